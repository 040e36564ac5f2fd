import type { CutRecord } from './long-line.ts';

/** One record of a part, before any interpretation. */
export interface LakeRecord {
  /**
   * The fields in the order of the part's header. `null` only where the source tells NULL from the empty string. They
   * may be split whenever they are asked for, and are not copied with the record.
   */
  readonly fields: readonly (string | null)[];
  /** 1-based line of the part on which the record starts; the header is line 1. For query results: the row number. */
  readonly line: number;
  /** The text of the record as read, where it is at hand cheaply (files: always). Undefined for query results. */
  readonly raw?: string;
  /** Set if the record cannot be read: its bytes are no text, then `raw` shows them as `\xNN`, or it is too long, then `raw` is cut. */
  readonly fault?: 'invalid_utf8' | 'nul_byte' | 'record_too_long';
  /** True: the fields are those of the file and not of the part's header; `raw`, if there is one, is the row that was made of them. */
  readonly unmapped?: true;
  /** What is known of a record that was cut. */
  readonly cut?: CutRecord;
}

/** True for a line of separators and blanks only, which is no row (billing specification, "Text form"). */
export function isBlank(fields: readonly (string | null)[]): boolean {
  return fields.every((field) => field === null || field.trim() === '');
}
