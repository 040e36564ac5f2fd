import type { PathDrift } from '../../lake/port/lake.ts';
import type { HeaderMatch } from './header.ts';
import type { Drift } from './row-parser.ts';
import { shownHeaders } from './shown-headers.ts';

/** How a batch differs from its contract without harm: accepted, counted and reported. */
export interface BatchDrift extends Drift {
  /** Unknown headers that may be shown, and the most of one part that may not (shown-headers.ts). */
  readonly unknownColumns: Set<string>;
  hiddenColumns: number;
  readonly absentColumns: Set<string>;
  /** Of records: what their extraction noticed, as the manifest tells it. */
  readonly paths: PathDrift | undefined;
}

/** The same as plain data, for the history and the report. Empty parts are left out. */
export interface DriftReport {
  readonly unknown_columns?: readonly string[];
  readonly hidden_columns?: number;
  readonly absent_columns?: readonly string[];
  readonly unusual_ids?: Readonly<Record<string, number>>;
  readonly unknown_values?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly null_words?: Readonly<Record<string, number>>;
  readonly ahead_of_batch?: number;
  readonly unjoined?: Readonly<Record<string, number>>;
  readonly unknown_paths?: Readonly<Record<string, number>>;
  readonly lost_paths?: Readonly<Record<string, number>>;
  readonly changed_paths?: Readonly<Record<string, number>>;
}

/** @param paths of a batch of records whose manifest tells of drift */
export function newDrift(paths?: PathDrift): BatchDrift {
  return { paths, unusualIds: new Map(), unknownValues: new Map(), nullWords: new Map(), unjoined: new Map(), aheadOfBatch: 0, unknownColumns: new Set(), hiddenColumns: 0, absentColumns: new Set() };
}

/** Adds what the header of a part says. */
export function addHeader(drift: BatchDrift, { unknown, absent }: Pick<HeaderMatch, 'unknown' | 'absent'>): void {
  const { shown, hidden } = shownHeaders(unknown);
  for (const name of shown) drift.unknownColumns.add(name);
  for (const name of absent) drift.absentColumns.add(name);
  drift.hiddenColumns = Math.max(drift.hiddenColumns, hidden);
}

/** A new value of an enumeration comes in many rows and is a word; anything else may be a text that went astray. */
const ROWS_OF_A_VALUE = 3;
const OTHER_VALUES = 'other values';
const WORD = /^[A-Za-z][A-Za-z0-9_ -]{0,39}$/;

export function describeDrift(drift: BatchDrift): DriftReport {
  return {
    ...(drift.unknownColumns.size > 0 ? { unknown_columns: [...drift.unknownColumns].sort() } : {}),
    ...(drift.hiddenColumns > 0 ? { hidden_columns: drift.hiddenColumns } : {}),
    ...(drift.absentColumns.size > 0 ? { absent_columns: [...drift.absentColumns].sort() } : {}),
    ...(drift.unusualIds.size > 0 ? { unusual_ids: Object.fromEntries(drift.unusualIds) } : {}),
    ...(drift.unknownValues.size > 0
      ? {
          unknown_values: Object.fromEntries(
            [...drift.unknownValues].map(([column, values]) => [column, namedValues(values)]),
          ),
        }
      : {}),
    ...(drift.nullWords.size > 0 ? { null_words: Object.fromEntries(drift.nullWords) } : {}),
    ...(drift.aheadOfBatch > 0 ? { ahead_of_batch: drift.aheadOfBatch } : {}),
    ...(drift.unjoined.size > 0 ? { unjoined: Object.fromEntries(drift.unjoined) } : {}),
    ...pathsOf(drift.paths),
  };
}

function pathsOf(paths: PathDrift | undefined): DriftReport {
  const told = Object.entries(paths ?? {}).filter(([, counts]) => Object.keys(counts as object).length > 0);
  return Object.fromEntries(told.map(([kind, counts]) => [`${kind}_paths`, counts as Readonly<Record<string, number>>]));
}

/** The values that are shown by name; the rest is counted together, as it may be personal. */
function namedValues(values: ReadonlyMap<string, number>): Record<string, number> {
  const named: Record<string, number> = {};
  let others = 0;
  for (const [value, rows] of values) {
    if (rows >= ROWS_OF_A_VALUE && WORD.test(value)) named[value] = rows;
    else others += rows;
  }
  return others > 0 ? { ...named, [OTHER_VALUES]: others } : named;
}
