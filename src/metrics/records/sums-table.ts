import { recordTable, type Columns, type RecordIn, type RecordTable } from '../../engine/records/record-table.ts';
import { internalId } from '../../orders/ids/ids.ts';

type Named<Content> = Content & { readonly row_id: 'key!' };
type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A table of sums. What tells its rows apart is several texts, some of them empty or not ASCII: `row_id` is made of them,
 * so that a row has one name in the audit log. The first key is that of a partition: days of a month, a cohort, a month.
 * `rowIdOf` takes the brand, the partition and what tells rows apart, in this order, where a row is made without `rowOf`.
 */
export function sumsTable<Content extends Columns>(
  spec: Pick<RecordTable<Content>, 'name' | 'columns'> & { readonly partition: string; readonly apart: readonly (keyof Content & string)[] },
): RecordTable<Named<Content>> & { readonly rowOf: (row: RecordIn<RecordTable<Content>>) => RecordIn<RecordTable<Named<Content>>>; readonly rowIdOf: (...parts: readonly (string | number | null)[]) => string } {
  const { name, columns, partition, apart } = spec;
  const named = ['brand', partition, ...apart];
  const rowIdOf = (...parts: readonly (string | number | null)[]): string => internalId(...parts.map((part) => String(part ?? '')));
  return {
    ...recordTable({ name, auditName: `metric.${name}`, keys: [partition, 'row_id'], idColumn: 'row_id', columns: { ...columns, row_id: 'key!' } }),
    rowOf: (row) => ({ ...row, row_id: internalId(...named.map((column) => String((row as Row)[column] ?? ''))) }),
    rowIdOf,
  };
}
