import { expect, test } from '@jest/globals';

import { dryRunMark, runHeading } from '../../../src/cli/text/run-heading.ts';

const report = { command: 'enrich', duration_ms: 1_500, run_id: '20260331T050000Z-3f9a1c22', dry_run: false };

test('the heading of a report names command, duration and run, and what a dry run left alone', () => {
  expect(runHeading(report)).toBe('enrich: done, in 1.5 s, run 20260331T050000Z-3f9a1c22');
  expect(runHeading({ ...report, dry_run: true }, ', but part was refused')).toBe('enrich: done, but part was refused, in 1.5 s, run 20260331T050000Z-3f9a1c22 (dry run: nothing was written)');
  expect([dryRunMark({ dry_run: true }, 'sent or written'), dryRunMark(report)]).toEqual([' (dry run: nothing was sent or written)', '']);
});
