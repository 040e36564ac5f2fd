import { billingEntities } from '../../../src/sources/index.ts';
import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock, LocalDate } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import type { RestoringConfig } from '../../../src/enriched/subscribers/restoring.ts';
import { runEnrich, type EnrichRequest } from '../../../src/enriched/run-enrich.ts';
import { compileRules, type Rules } from '../../../src/enriched/rules/rules.ts';
import { tableNames, enrichedTables } from '../../../src/enriched/records/enriched-tables.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { shippedRules, shippedSources } from '../../enriched/rules/shipped-rules.ts';
import type { TestClock } from '../suite/clock.ts';
import { importLake } from './import.ts';
import type { TestLake } from '../lakes/lake.ts';
import { dumpTables, type TableDump } from '../databases/tables.ts';

export const BRANDS = ['alpina', 'belmont', 'corvina'];
const WHEN_WRITTEN = ['created_run', 'enriched_at', 'change_no', 'rules_version'];

/** The shipped rules, some words of which are replaced. */
export function rulesWith(file: string, replace: string, by: string): Rules {
  return compileRules(shippedSources.map((source) => (source.file.endsWith(file) ? { ...source, text: source.text.replace(replace, by) } : source)));
}

/** Imports all brands and entities of a lake. */
export async function importAll(database: Database, lake: TestLake, clock: TestClock): Promise<void> {
  await importLake(database, lake, clock, { brands: BRANDS, entities: billingEntities });
}

/** Enriches, as of 1 April 2026 unless told otherwise. */
export function enrich(
  database: Database,
  clock: Clock,
  changes: Partial<EnrichRequest> & { readonly rules?: Rules; readonly config?: RestoringConfig } = {},
): Promise<JobReport> {
  const { rules: own = shippedRules, config, ...request } = changes;
  const services = { database, clock, version: '0.0.0', rules: own, signal: new AbortController().signal, progress: silentProgress, ...(config === undefined ? {} : { config }) };
  return runEnrich(services, {
    allBrands: BRANDS,
    brands: BRANDS,
    asOf: '2026-04-01' as LocalDate,
    accounts: undefined,
    range: undefined,
    shard: wholeShard,
    dryRun: false,
    recompute: false,
    ...request,
  });
}

/** All enriched records, without when and by which run they were written. */
export function enrichedState(database: Database): Promise<Record<string, TableDump>> {
  return dumpTables(database, tableNames.map((name) => enrichedTables[name].name), WHEN_WRITTEN);
}

/** The sums of a report's items. */
export function countsOf(report: JobReport): { inserted: number; updated: number; unchanged: number; deleted: number } {
  const { inserted, updated, unchanged, deleted } = report.totals as Record<string, number>;
  return { inserted: inserted ?? 0, updated: updated ?? 0, unchanged: unchanged ?? 0, deleted: deleted ?? 0 };
}
