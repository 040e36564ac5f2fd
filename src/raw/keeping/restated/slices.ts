import { decodeRow } from '../../../core/text/row-text.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import { rejectedFields, type Rejected } from '../../read/rejected-fields.ts';
import { sliceIdOf } from '../../rows/made-key.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { storedColumns } from '../../rows/table.ts';
import { parserOf } from '../../rows/values/kinds.ts';

/** What a batch states whole: an account, or a day of it. */
export interface Slice {
  /** As the rows have it in `slice_id`. */
  readonly id: string;
  /** The values that name the account. */
  readonly account: readonly string[];
  /** YYYY-MM-DD; null for all of the account. */
  readonly day: string | null;
}

/** What is known of the slice of a row that cannot be read; undefined: it can be any. */
export interface SliceTrace {
  readonly account: readonly (string | undefined)[];
  readonly day: string | null | undefined;
}

/** A slice by what names it. */
export function sliceOf(account: readonly string[], day: string | null): Slice {
  return { id: sliceIdOf(account, day), account, day };
}

/** Tells slices of the rows of an entity. */
export interface SliceReader {
  idOf(row: RawRow): string;
  sliceOf(row: RawRow): Slice;
  /** What a rejected row, which may stand anywhere, tells of its slice. A value that did not parse tells nothing. */
  traceOf(reject: Rejected): SliceTrace;
}

/** @param entity one with the keeping `restated` */
export function sliceReader(entity: Entity): SliceReader {
  const columns = storedColumns(entity);
  const at = (name: string): number => columns.findIndex(({ sql }) => sql === name);
  const { account = [], day } = entity.keeping.slice ?? {};
  const [accountAt, dayAt, idAt] = [account.map(at), day === undefined ? -1 : at(day), at('slice_id')];
  return {
    idOf: (row) => fieldAt(row.text, idAt),
    sliceOf: (row) => {
      const values = decodeRow(row.text);
      return sliceOf(accountAt.map((index) => values[index] ?? ''), dayAt < 0 ? null : (values[dayAt] ?? null));
    },
    traceOf: (reject) => {
      const fields = rejectedFields(entity, reject);
      const read = (index: number): string | null | undefined => {
        const column = columns[index];
        const field = column === undefined ? undefined : fields?.get(column);
        if (fields === undefined || column === undefined) return undefined;
        if (field === null || field === undefined || field === '') return column.required ? undefined : null;
        return parserOf(column)(field) ?? undefined;
      };
      const known = (index: number): string | undefined => {
        const value = read(index);
        return value === null ? '' : value;
      };
      return { account: accountAt.map(known), day: dayAt < 0 ? null : read(dayAt) };
    },
  };
}

/** A value of a row text that has nothing to unescape. Without an array of all values: this is asked of each row several times. */
function fieldAt(text: string, index: number): string {
  let start = 0;
  for (let column = 0; column < index; column++) start = text.indexOf('\t', start) + 1;
  const end = text.indexOf('\t', start);
  return end < 0 ? text.slice(start) : text.slice(start, end);
}

/** True if a row that tells no more than this may belong to the slice. */
export function mayBeOf(trace: SliceTrace, { account, day }: Slice): boolean {
  return trace.account.every((value, index) => value === undefined || value === account[index]) && (trace.day === undefined || trace.day === day);
}
