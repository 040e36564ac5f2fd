import type { Drift } from './row-parser.ts';

/** How a batch differs from its contract without harm: accepted, counted and reported. */
export interface BatchDrift extends Drift {
  readonly unknownColumns: Set<string>;
  readonly absentColumns: Set<string>;
}

/** The same as plain data, for the history and the report. Empty parts are left out. */
export interface DriftReport {
  readonly unknown_columns?: readonly string[];
  readonly absent_columns?: readonly string[];
  readonly unusual_ids?: Readonly<Record<string, number>>;
  readonly unknown_values?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export function newDrift(): BatchDrift {
  return { unusualIds: new Map(), unknownValues: new Map(), unknownColumns: new Set(), absentColumns: new Set() };
}

export function describeDrift(drift: BatchDrift): DriftReport {
  return {
    ...(drift.unknownColumns.size > 0 ? { unknown_columns: [...drift.unknownColumns].sort() } : {}),
    ...(drift.absentColumns.size > 0 ? { absent_columns: [...drift.absentColumns].sort() } : {}),
    ...(drift.unusualIds.size > 0 ? { unusual_ids: Object.fromEntries(drift.unusualIds) } : {}),
    ...(drift.unknownValues.size > 0
      ? {
          unknown_values: Object.fromEntries(
            [...drift.unknownValues].map(([column, values]) => [column, Object.fromEntries(values)]),
          ),
        }
      : {}),
  };
}
