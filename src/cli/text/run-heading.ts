import { formatDuration } from '../../core/text/counts.ts';
import type { JobReport } from '../../engine/runs/job.ts';

type Ended = Pick<JobReport, 'command' | 'duration_ms' | 'run_id' | 'dry_run'>;

/**
 * The first line of the report of a run.
 * @param more what else it was: `, but part was refused`
 */
export function runHeading(report: Ended, more = '', untouched?: string): string {
  return `${report.command}: done${more}, in ${formatDuration(report.duration_ms)}, run ${report.run_id}${dryRunMark(report, untouched)}`;
}

/** What a report says of a dry run; nothing of another one. */
export function dryRunMark({ dry_run: dry }: Pick<JobReport, 'dry_run'>, untouched = 'written'): string {
  return dry ? ` (dry run: nothing was ${untouched})` : '';
}
