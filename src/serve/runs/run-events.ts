import { compareText } from '../../core/compare.ts';
import type { JobRun } from '../../engine/runs/job-runs.repository.ts';

/** Something that became of a run. */
export interface RunEvent {
  readonly kind: 'run.started' | 'run.finished' | 'run.lost';
  readonly run: JobRun;
}

/** The status of each run as it was seen last. */
export type SeenRuns = ReadonlyMap<string, JobRun['status']>;

/**
 * What has become of runs since they were looked at, in the order in which they began. One that began and ended in between has
 * both events; one that is called lost and goes on after all begins anew.
 * @param runs in any order; those that are not among them have not changed
 */
export function eventsSince(seen: SeenRuns, runs: readonly JobRun[]): RunEvent[] {
  return runs
    .toSorted((one, other) => compareText(one.started_at, other.started_at) || compareText(one.run_id, other.run_id))
    .flatMap((run): RunEvent[] => {
      const before = seen.get(run.run_id);
      if (before === run.status) return [];
      if (run.status === 'running') return [{ kind: 'run.started', run }];
      const ended: RunEvent = { kind: run.status === 'lost' ? 'run.lost' : 'run.finished', run };
      return before === undefined ? [{ kind: 'run.started', run: { ...run, status: 'running', finished_at: null, duration_ms: null, totals: null } }, ended] : [ended];
    });
}
