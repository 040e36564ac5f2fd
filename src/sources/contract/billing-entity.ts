import { column, snakeCase, type Column, type ColumnSpec, type Entity } from './contract.ts';
import { newest } from './keeping.ts';

/** Builds a billing entity: adds Id, Deleted, CreatedDate and UpdatedDate, which all sixteen carry. */
export function billingEntity(
  name: string,
  table: string,
  description: string,
  fields: Record<string, ColumnSpec>,
  indexes: readonly (readonly string[])[] = Object.hasOwn(fields, 'AccountId') ? [['brand', 'account_id']] : [],
): Entity {
  const columns: Column[] = [
    { name: 'Id', sql: 'source_id', ...column('id', { required: true, note: 'Unique per brand.' }) },
    ...Object.entries(fields).map(([header, spec]) => ({ name: header, sql: snakeCase(header), ...spec })),
    { name: 'Deleted', aliases: ['IsDeleted', '_fivetran_deleted'], sql: 'deleted', ...column('boolean', { note: 'Soft delete; the row then needs only its key. May be called IsDeleted or _fivetran_deleted.' }) },
    { name: 'CreatedDate', sql: 'created_date', ...column('instant') },
    { name: 'UpdatedDate', sql: 'updated_date', ...column('instant', { note: 'The newest row of a key wins.' }) },
  ];
  return { name, feed: 'billing', keeping: newest, table, description, columns, derived: [], indexes, owners: ownersOf(name, columns) };
}

/**
 * The account itself, AccountId, else the parents (AccountId may be absent, billing specification, "Entities"), else the
 * row.
 */
function ownersOf(entity: string, columns: readonly Column[]): string[] {
  if (entity === 'account') return ['source_id'];
  const references = columns.flatMap(({ references: target, name, sql, required: isRequired }) =>
    target === undefined ? [] : [{ target, sql, rank: name === 'AccountId' ? 0 : isRequired ? 1 : 2 }],
  );
  const parents = references.filter(({ rank, target }) => rank < 2 || target === 'refund');
  return [...parents.sort((a, b) => a.rank - b.rank).map(({ sql }) => sql), 'source_id'];
}
