import { dateOf } from '../core/time.ts';
import { isOfAPart } from '../engine/runs/coverage.ts';
import type { RunRecord } from '../engine/runs/job-runs.repository.ts';
import { TREND_RUNS, anomaliesOf, type Anomaly, type RunFigures } from './trends.ts';

/** A run with what is unusual about it. */
export interface JudgedRun {
  readonly run: RunRecord;
  readonly figures: RunFigures;
  /** The runs it was compared with, newest first. */
  readonly before: readonly RunFigures[];
  readonly anomalies: readonly Anomaly[];
}

/**
 * How many runs of a command are looked at: enough for the trends of every shard, and to find what was usual before a feed
 * brought nothing for weeks.
 */
export const HISTORY_RUNS = 400;

/** The first of these totals that a report has are the rows of the run. */
const ROW_TOTALS = ['read', 'rows', 'members', 'persons', 'accounts'];

/** The numbers among the totals of a run, by name. */
export function numericTotals(run: Pick<RunRecord, 'totals'>): Map<string, number> {
  const totals = run.totals === null ? {} : (JSON.parse(run.totals) as Record<string, unknown>);
  return new Map(Object.entries(totals).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])));
}

/** What a run did, for comparison with others. */
export function figuresOf(run: RunRecord): RunFigures {
  const totals = numericTotals(run);
  const name = ROW_TOTALS.find((total) => totals.has(total));
  return {
    runId: run.run_id,
    rows: name === undefined ? null : (totals.get(name) ?? null),
    rejected: totals.get('rejected') ?? null,
    durationMs: run.duration_ms ?? 0,
  };
}

/** The runs that can be compared: same command, brands, entities and shard. */
function seriesOf(run: Pick<RunRecord, 'command' | 'brands' | 'shard' | 'params'>): string {
  const { brands, entities } = paramsOf(run);
  return JSON.stringify([run.command, run.brands, run.shard, brands, entities]);
}

/** True if the run came to its end on all that was due. */
function isComparable(run: Pick<RunRecord, 'status' | 'params'>): boolean {
  if (run.status !== 'succeeded' && run.status !== 'refused') return false;
  return !isOfAPart(paramsOf(run));
}

/** True if the run found nothing to do because an earlier one of the day had done it; it says nothing about the day. */
function isRepeat(run: RunRecord, before: readonly RunRecord[]): boolean {
  if (figuresOf(run).rows !== 0) return false;
  return before.some((other) => dateOf(other.started_at) === dateOf(run.started_at) && seriesOf(other) === seriesOf(run));
}

function paramsOf(run: Pick<RunRecord, 'params'>): Record<string, unknown> {
  return JSON.parse(run.params) as Record<string, unknown>;
}

/**
 * Judges each comparable run by those of its series before it.
 * @param runs newest first, with enough of the past for the oldest that is asked for
 */
export function judgeRuns(runs: readonly RunRecord[]): JudgedRun[] {
  const ended = runs.filter(isComparable);
  const comparable = ended.filter((run, index) => !isRepeat(run, ended.slice(index + 1)));
  const all = comparable.map((run) => ({ series: seriesOf(run), figures: figuresOf(run) }));
  return comparable.map((run, index) => {
    const { series, figures } = all[index] as (typeof all)[number];
    const earlier = all.slice(index + 1).flatMap((other) => (other.series === series ? [other.figures] : []));
    const before = usualDays(figures, earlier).slice(0, TREND_RUNS);
    return { run, figures, before, anomalies: anomaliesOf(figures, before) };
  });
}

/**
 * What a run is held against. One that brought nothing is held against the days before the dry spell that it is part of:
 * else nothing would be usual after a week of nothing, and the mark would go while the feed is still silent.
 * @param earlier newest first
 */
function usualDays(run: RunFigures, earlier: readonly RunFigures[]): readonly RunFigures[] {
  if (run.rows !== 0) return earlier;
  const last = earlier.findIndex(({ rows }) => rows !== 0);
  return last === -1 ? earlier : earlier.slice(last);
}
