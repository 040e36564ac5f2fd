import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock, LocalDate } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { runMetrics, type MetricsRequest } from '../../../src/metrics/run-metrics.ts';
import { metricsSetup } from '../../../src/metrics/metrics-setup.ts';
import { shippedRules } from '../../enriched/rules/shipped-rules.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { dumpTables, type TableDump } from '../databases/tables.ts';
import { BRANDS } from './enrich.ts';

const WHEN_WRITTEN = ['created_run', 'updated_at', 'change_no'];
const OF_PERSONS = ['subscription_mrr', 'mrr_movements', 'revenue_facts', 'metric_customers'];
const SUMS = ['metric_mrr_days', 'metric_active_days', 'metric_revenue_days', 'metric_customer_periods', 'metric_cohorts', 'metric_campaigns', 'metric_ad_days', 'metric_acquisition', 'metric_products', 'metric_stock', 'metric_pacing', 'metric_models', 'customer_predictions'];

/** What shipped rules and an empty configuration say. */
export const METRICS_SETUP = metricsSetup({ payment_fees: [{ currency: 'EUR', from: '2020-01-01', percent: '1.4', fixed: 25 }], restate_days: {} }, shippedRules);

/** Builds all metrics as of 1 April 2026, unless told otherwise. */
export function buildMetrics(database: Database, clock: Clock, changes: Partial<MetricsRequest> = {}, version = '0.0.0', settings: { readonly horizonMonths?: number } = {}): Promise<JobReport> {
  const services = { database, clock, version, signal: new AbortController().signal, progress: silentProgress, pricesIncludeTax: () => true, horizonMonths: 36, ...METRICS_SETUP, ...settings };
  const whole = { allBrands: BRANDS, brands: BRANDS, accounts: undefined, range: undefined, asOf: '2026-04-01' as LocalDate, shard: wholeShard, dryRun: false, rebuild: false };
  return runMetrics(services, { ...whole, ...changes });
}

/** All metrics, without when and by which run they were written. */
export function metricsState(database: Database): Promise<Record<string, TableDump>> {
  return dumpTables(database, [...OF_PERSONS, ...SUMS], WHEN_WRITTEN);
}

/** Takes back all that build-metrics has done, as if it had never run. */
export async function forgetMetrics(database: Database): Promise<void> {
  await database.write(async (tx) => {
    for (const table of [...OF_PERSONS, ...SUMS, 'metric_partitions', 'metric_queue']) await tx(table).delete();
    await tx('stage_marks').where('stage', 'like', 'build-metrics%').delete();
  });
}
