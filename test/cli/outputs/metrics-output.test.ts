import { describe, expect, test } from '@jest/globals';

import { metricsText } from '../../../src/cli/outputs/metrics-output.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';

const totals = { persons: 3, test_accounts_left_out: 0, taken_up_whole: null, changed_fields: {}, sums: { partitions: 0, models: 0, done: 'by_this_run' } };
const report = (changes: Readonly<Record<string, unknown>> = {}): JobReport => ({
  ...{ command: 'build-metrics', run_id: 'r1', status: 'succeeded', dry_run: false, started_at: '', finished_at: '', duration_ms: 1_500 },
  ...{ params: { as_of: '2026-04-01' }, totals: { ...totals, ...changes }, items: [], problems: [], warnings: [] },
});

describe('the report of build-metrics', () => {
  test('says whom it took up, for which day, and nothing of sums where none changed', () => {
    expect(metricsText(report())).toEqual(['build-metrics: done, in 1.5 s, run r1\n3 persons taken up, as of 2026-04-01', 'Nothing to do: nobody is concerned by a change.']);
  });

  test('says why everybody was taken up, and who was left out', () => {
    expect(metricsText(report({ taken_up_whole: 'first_run', test_accounts_left_out: 2 }))[0]).toContain('3 persons taken up, all there are (first run), as of 2026-04-01; 2 test accounts left out');
  });

  test.each([
    [{ partitions: 1, models: 0, done: 'by_this_run' }, '1 month of sums computed anew.'],
    [{ partitions: 2, models: 1, done: 'by_this_run' }, '2 months of sums computed anew. Models of lifetime value of 1 brand fitted to what was known at the end of last month.'],
    [{ partitions: 12, models: null, done: null }, '12 months of sums would be computed anew, by what changes of these persons.'],
    [{ partitions: 12, models: null, done: 'by_another_run' }, 'Another run is still at work: the last one computes the sums.'],
  ])('says of the sums %j: %s', (sums, text) => {
    expect(metricsText(report({ sums }))).toContain(text);
  });
});
