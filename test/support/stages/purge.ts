import type { Clock } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { retentionDefaults, retentionNames, type Retention, type RetentionName } from '../../../src/engine/retention-policy.ts';
import { runPurge, type PurgeRequest } from '../../../src/privacy/retention/run-purge.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { BRANDS } from './enrich.ts';

/** Purges with other times to keep than the defaults. */
export function purge(database: Database, clock: Clock, keep: Partial<Retention> = {}, changes: Partial<PurgeRequest> = {}): Promise<JobReport> {
  const services = { database, clock, version: '0.0.0', signal: new AbortController().signal, progress: silentProgress };
  return runPurge(services, { brands: BRANDS, retention: { ...retentionDefaults, ...keep }, names: retentionNames, dryRun: false, ...changes });
}

/** What a purge removed, by name and table; what it left alone is left out. */
export function removedBy(report: JobReport): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { retention, table, removed } of report.items as readonly { retention: RetentionName; table: string | null; removed: number }[]) {
    if (removed > 0) counts[`${retention}: ${table ?? ''}`] = removed;
  }
  return counts;
}
