import type { Column } from '../../sources/contract/contract.ts';
import { describeFault, isEmptyIn } from '../rows/values/kinds.ts';

/** A row that cannot be stored. `value` may be personal data: it is kept with the row, never logged. */
export interface Quarantine {
  readonly kind: 'quarantine';
  readonly code: 'ambiguous_shift' | 'invalid_value' | 'missing_value' | 'several_rows' | 'unrepairable';
  readonly column?: string;
  readonly value?: string;
  /** A sentence without the value. */
  readonly reason: string;
}

type Columns = readonly (Column | undefined)[];

/** More than one reading fits, or none much better than the others. */
export const ambiguous: Quarantine = {
  kind: 'quarantine',
  code: 'ambiguous_shift',
  reason: 'The values do not stand under their columns, and more than one way to mend the row fits.',
};

/**
 * Several rows in one record, or one within a value of another.
 * @param count how many, if they can be told apart
 */
export function refuseSeveral(count?: number): Quarantine {
  const reason =
    count === undefined
      ? 'A value of the row takes in another row.'
      : `The row stood in one record with others, ${count} in all, and not each of them can be read.`;
  return { kind: 'quarantine', code: 'several_rows', reason };
}

/** A row of the right width with a bad or missing value. */
export function refuseValue(columns: Columns, at: number, value: string | null): Quarantine {
  const column = columns[at];
  const isEmpty = value === null || value === '' || (column !== undefined && isEmptyIn(column, value));
  const code = isEmpty ? 'missing_value' : 'invalid_value';
  return { kind: 'quarantine', code, ...place(columns, at, value), reason: `${fault(columns, at, value)}.` };
}

/** A row of the wrong width that nothing mends; with the value at which the best attempt failed, if one came near. */
export function refuseRow(columns: Columns, count: number, failure?: { at: number; value: string | null }): Quarantine {
  const reason = `The row has ${count} fields instead of ${columns.length} and cannot be mended`;
  if (!failure) return { kind: 'quarantine', code: 'unrepairable', reason: `${reason}.` };
  const { at, value } = failure;
  const why = fault(columns, at, value);
  return { kind: 'quarantine', code: 'unrepairable', ...place(columns, at, value), reason: `${reason}: ${why}.` };
}

function place(columns: Columns, at: number, value: string | null): Pick<Quarantine, 'column' | 'value'> {
  const column = columns[at];
  return { ...(column && { column: column.name }), ...(value !== null && value !== '' && { value }) };
}

function fault(columns: Columns, at: number, value: string | null): string {
  const column = columns[at];
  if (!column) return 'a value is damaged';
  return `${column.name} ${describeFault(column, value ?? '')}`;
}
