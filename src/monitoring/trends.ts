/** What one finished run did, as far as it can be compared with others. */
export interface RunFigures {
  readonly runId: string;
  /** Rows dealt with; null if the command counts none. */
  readonly rows: number | null;
  readonly rejected: number | null;
  readonly durationMs: number;
}

/** What is unusual about a run. */
export type AnomalyKind = 'no_rows' | 'few_rows' | 'many_rejects' | 'slow';
export const anomalyKinds = ['no_rows', 'few_rows', 'many_rejects', 'slow'] as const satisfies readonly AnomalyKind[];

/** A figure far from the usual one; rows, rejected rows or milliseconds. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly value: number;
  readonly usual: number;
}

/** How far runs are looked back. */
export const TREND_RUNS = 14;
/** With fewer runs before it, nothing can be called unusual. */
const LEAST_RUNS = 5;
/** Scales the median absolute deviation to the standard deviation of normally distributed values. */
const MAD_TO_SIGMA = 1.4826;
/** How many such deviations are far (the usual cut for outliers by the modified z-score). */
const FAR = 3.5;
/** Runs in the same state differ by less than this; a series without any spread must not flag every difference. */
const FEWER_THAN = 0.5;
const LONGER_THAN = 2;
const LEAST_REJECTS = 5;
const LEAST_DELAY_MS = 10_000;

/**
 * What is unusual about a run against those before it: nothing where something is usual, less than half of the usual
 * rows, twice the usual share of rejected rows, twice the usual time; each also beyond the spread that the series has.
 * Median and median absolute deviation, as one bad day must not move the measure of all others.
 * @param before earlier runs of the same command, brands and shard in any order; the caller takes the newest 14
 */
export function anomaliesOf(run: RunFigures, before: readonly RunFigures[]): Anomaly[] {
  if (before.length < LEAST_RUNS) return [];
  return [...rowAnomalies(run, before), ...rejectAnomalies(run, before), ...durationAnomalies(run, before)];
}

/** The middle value; the mean of the two middle ones of an even number of values. 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function rowAnomalies(run: RunFigures, before: readonly RunFigures[]): Anomaly[] {
  if (run.rows === null) return [];
  const { usual, far } = spreadOf(before.map(({ rows }) => rows ?? 0));
  if (usual === 0) return [];
  if (run.rows === 0) return [{ kind: 'no_rows', value: 0, usual }];
  const isFew = run.rows < usual * FEWER_THAN && run.rows < usual - far;
  return isFew ? [{ kind: 'few_rows', value: run.rows, usual }] : [];
}

/** Shares are compared, as more rows bring more rejected ones. */
function rejectAnomalies(run: RunFigures, before: readonly RunFigures[]): Anomaly[] {
  const share = shareOf(run);
  const { usual, far } = spreadOf(before.map(shareOf));
  const expected = usual * (run.rows ?? 0);
  const isMany = (run.rejected ?? 0) >= expected + LEAST_REJECTS && share > usual * LONGER_THAN && share > usual + far;
  return isMany ? [{ kind: 'many_rejects', value: run.rejected ?? 0, usual: Math.floor(expected) }] : [];
}

function durationAnomalies(run: RunFigures, before: readonly RunFigures[]): Anomaly[] {
  const { usual, far } = spreadOf(before.map(({ durationMs }) => durationMs));
  const isSlow = run.durationMs > usual * LONGER_THAN && run.durationMs > usual + Math.max(far, LEAST_DELAY_MS);
  return isSlow ? [{ kind: 'slow', value: run.durationMs, usual: Math.floor(usual) }] : [];
}

function shareOf({ rows, rejected }: RunFigures): number {
  return rows === null || rows === 0 ? 0 : (rejected ?? 0) / rows;
}

function spreadOf(values: readonly number[]): { usual: number; far: number } {
  const usual = median(values);
  return { usual, far: FAR * MAD_TO_SIGMA * median(values.map((value) => Math.abs(value - usual))) };
}
