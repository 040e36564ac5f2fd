import { expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import { finishRun, recordRun } from '../../../src/engine/runs/job-runs.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { workspace } from '../../support/program/hub.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;

describeEachDatabase('hub runs', (suite) => {
  test('compares each run with those before it, and marks what is unusual in the list', async () => {
    const clock = testClock();
    const days = [10_000, 10_400, 9_900, 10_100, 10_000, 10_250, 0];
    for (const [day, read] of days.entries()) {
      const runId = `run-${day}` as RunId;
      await recordRun(suite.database, runId, { command: 'import-billing', brands: ['alpina'], shard: '1/1', params: { from: null }, version: '1' }, clock);
      const totals = { read, rejected: day === 5 ? 900 : 3 };
      await finishRun(suite.database, runId, { status: 'succeeded', durationMs: 60_000, totals, items: [], problems: [], warnings: [] }, clock);
      clock.advance(DAY_MS);
    }
    const place = workspace({ HUB_DATABASE_URL: suite.url });

    const overview = await place.hub(['runs', 'trends', '--output', 'json']);
    expect(overview.json()).toEqual([
      {
        ...{ run_id: 'run-6', command: 'import-billing', brands: ['alpina'], shard: '1/1', status: 'succeeded', started_at: '2026-11-26T05:00:00.000Z' },
        ...{ rows: 0, rejected: 3, duration_ms: 60_000, compared_with: 6, usual: { rows: 10_050, rejected: 3, durationMs: 60_000 } },
        anomalies: [{ kind: 'no_rows', value: 0, usual: 10_050 }],
      },
    ]);
    const history = await place.hub(['runs', 'trends', 'import-billing', '--limit', '3']);
    expect(history.stdout).toMatch(/run-6 .*no rows \(usually 10,050\)\nrun-5 .*many rejects \(900,\s+usually 3\)\nrun-4 [^a-z]+ succeeded [^a-z]+ min 00 s\n/);
    const list = await place.hub(['runs', 'list']);
    expect(list.stdout).toMatch(/unusual.*\n.*\nrun-6 .*no rows/);
    expect(list.stdout).toMatch(/run-3 .* 10,100\s/);
  });

  test('that are as usual are listed without that column', async () => {
    await suite.empty();
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    expect((await place.hub(['runs', 'trends'])).stdout).toBe('There are no finished runs yet.\n');
    const unknown = await place.hub(['runs', 'trends', 'enrich']);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.log()[0]).toMatchObject({ code: 'command_never_ran', next: 'See what ran with: hub runs list' });
  });
});
