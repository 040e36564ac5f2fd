import type { Database } from '../../db/database.ts';
import type { JobRun, RunFilter } from './job-runs.repository.ts';
import { liveRuns } from './locks.repository.ts';

/**
 * Reads runs, and calls those lost that are recorded as running although nobody holds their locks: they were killed. Who
 * holds locks is asked before and after, as a run that began or ended in between is not lost.
 */
export async function knownRuns(database: Database, statuses: RunFilter['statuses'], read: (live: ReadonlySet<string>) => Promise<readonly JobRun[]>): Promise<JobRun[]> {
  const before = await liveRuns(database);
  const found = await read(before);
  const after = await liveRuns(database);
  const known = found.map((run): JobRun => (run.status !== 'running' || before.has(run.run_id) || after.has(run.run_id) ? run : { ...run, status: 'lost' }));
  return statuses === undefined ? known : known.filter(({ status }) => statuses.includes(status));
}
