import type { Reject, RejectedRow } from '../quarantine/quarantine.repository.ts';
import type { RawRow } from '../rows/row-parser.ts';

/** A rejected row that was tried again. */
export interface Reading {
  readonly reject: RejectedRow;
  /** More than one if the text that was rejected turns out to hold several. */
  readonly rows: readonly RawRow[];
  readonly problem: Pick<Reject, 'code' | 'column'> | undefined;
}

/** True if it can be stored. */
export function isGood({ rows, problem }: Reading): boolean {
  return rows.length > 0 && problem === undefined;
}
