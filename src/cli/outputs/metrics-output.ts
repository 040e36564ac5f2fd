import { formatCount } from '../../core/text/counts.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { personsText } from '../text/records-text.ts';

/** The report of build-metrics as people read it: who was taken up, what was written, which sums were computed. */
export function metricsText(report: JobReport): string[] {
  return personsText(report, sums(report));
}

function sums({ totals }: JobReport): string {
  const { partitions, models, done } = totals['sums'] as { readonly partitions: number; readonly models: number | null; readonly done: string | null };
  const months = `${formatCount(partitions)} ${partitions === 1 ? 'month' : 'months'} of sums`;
  if (done === 'by_another_run') return 'Another run is still at work: the last one computes the sums.';
  if (done === null) return partitions === 0 ? '' : `${months} would be computed anew, by what changes of these persons.`;
  const parts = [
    ...(partitions === 0 ? [] : [`${months} computed anew.`]),
    ...(models === null || models === 0 ? [] : [`Models of lifetime value of ${formatCount(models)} ${models === 1 ? 'brand' : 'brands'} fitted to what was known at the end of last month.`]),
  ];
  return parts.join(' ');
}
