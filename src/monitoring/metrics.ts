import { Gauge, Registry } from 'prom-client';

import { instantOfBatch, millisOf, type Instant } from '../core/time.ts';
import type { FeedFreshness } from '../engine/runs/import-batches.repository.ts';
import type { RunRecord } from '../engine/runs/job-runs.repository.ts';
import { judgeRuns, numericTotals } from './run-figures.ts';
import { anomalyKinds } from './trends.ts';

/** What a run can end as. */
const ENDS = ['succeeded', 'refused', 'failed', 'interrupted'] as const;

/**
 * The state of every command and shard, and of every feed, as Prometheus gauges, made from the run records and the import
 * history alone: whoever writes them last writes the same. Times are seconds since 1970 UTC, as an age would stand still
 * between two runs.
 * @param instance a label of every sample, where several hubs write to one place
 * @param runs the newest ended runs of each command, newest first
 */
export function hubMetrics(version: string, runs: ReadonlyMap<string, readonly RunRecord[]>, feeds: readonly FeedFreshness[], instance?: string): Registry {
  const registry = new Registry();
  if (instance !== undefined) registry.setDefaultLabels({ instance });
  const gauge = <Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const run = ['command', 'shard'] as const;
  const success = gauge('hub_run_last_success_timestamp_seconds', 'When a run of the command last succeeded.', ...run);
  const ended = gauge('hub_run_timestamp_seconds', 'When the newest run of the command ended.', ...run);
  const status = gauge('hub_run_status', '1 for what the newest run of the command ended as.', ...run, 'status');
  const duration = gauge('hub_run_duration_seconds', 'How long the newest run of the command took.', ...run);
  const figure = gauge('hub_run_figure', 'The totals of the newest run of the command: read, inserted, rejected and others.', ...run, 'figure');
  const unusual = gauge('hub_run_unusual', '1 if the newest comparable run is unusual against the 14 before it.', ...run, 'kind');
  gauge('hub_info', 'The version of hub that wrote these metrics.', 'version').set({ version }, 1);
  for (const [command, records] of runs) {
    for (const newest of newestByShard(records)) {
      const labels = { command, shard: newest.shard };
      ended.set(labels, secondsOf(newest));
      duration.set(labels, (newest.duration_ms ?? 0) / 1_000);
      for (const end of ENDS) status.set({ ...labels, status: end }, newest.status === end ? 1 : 0);
      for (const [name, value] of numericTotals(newest)) figure.set({ ...labels, figure: name }, value);
    }
    for (const newest of newestByShard(records.filter((record) => record.status === 'succeeded'))) {
      success.set({ command, shard: newest.shard }, secondsOf(newest));
    }
    const judged = judgeRuns(records).map(({ run: { shard }, anomalies }) => ({ shard, anomalies }));
    for (const { shard, anomalies } of newestByShard(judged)) {
      for (const kind of anomalyKinds) unusual.set({ command, shard, kind }, anomalies.some((anomaly) => anomaly.kind === kind) ? 1 : 0);
    }
  }
  const feed = ['feed', 'brand', 'entity'] as const;
  const newestBatch = gauge('hub_feed_newest_batch_timestamp_seconds', 'When the exporter wrote the newest batch of the feed that is stored.', ...feed);
  const storedAt = gauge('hub_feed_last_success_timestamp_seconds', 'When a batch of the feed was last stored.', ...feed);
  for (const { feed: source, brand, entity, batch, storedAt: at } of feeds) {
    const labels = { feed: source, brand, entity };
    newestBatch.set(labels, seconds(instantOfBatch(batch)));
    storedAt.set(labels, seconds(at));
  }
  return registry;
}

function newestByShard<T extends { readonly shard: string }>(newestFirst: readonly T[]): T[] {
  return [...new Map([...newestFirst].reverse().map((record) => [record.shard, record])).values()];
}

function secondsOf(run: RunRecord): number {
  return seconds(run.finished_at ?? run.started_at);
}

function seconds(instant: Instant): number {
  return millisOf(instant) / 1_000;
}
