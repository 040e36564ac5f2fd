import { beforeEach, describe, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import { recordRun } from '../../../src/engine/runs/job-runs.repository.ts';
import { acquireLock, fence, releaseLocks } from '../../../src/engine/runs/locks.repository.ts';
import { requireAllProcessed, runsNow, completeUpTo } from '../../../src/engine/stage/stage-marks.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';

const [own, other, killed] = ['20261120T050000Z-00000001', '20261120T050000Z-00000002', '20261120T050000Z-00000003'] as unknown as [RunId, RunId, RunId];

describeEachDatabase('the runs of a moment', (suite) => {
  beforeEach(() => suite.empty());
  const start = async (runId: RunId, command: string) => {
    const lease = await acquireLock(suite.database, `${command}/alpina/1/1`, runId);
    await recordRun(suite.database, runId, { command, brands: ['alpina'], shard: '1/1', params: {}, version: '1' }, testClock());
    await suite.database.knex('order_queue').insert({ run_id: runId, leader: 'A1', person_id: 'P1' });
    return lease;
  };

  test('are the live ones, the last change number, and those that left a queue behind', async () => {
    await start(killed, 'assemble-orders');
    await expireLeases(suite.database);
    await start(other, 'attribute-refunds');
    expect(await runsNow(suite.database, { queue: 'order_queue' })).toEqual({ last: 2, live: new Set([other]), left: [killed] });
    expect(await runsNow(suite.database)).toEqual({ last: 2, live: new Set([other]), left: [] });
  });

  test('that are alive bound what is taken up; one that is gone bounds nothing, and commits nothing more', async () => {
    const settled = async () => {
      const now = await runsNow(suite.database);
      return suite.database.write((tx) => completeUpTo(tx, own, now, () => true));
    };
    const lease = await start(other, 'enrich');
    await releaseLocks(suite.database, [await start(killed, 'import-billing')]);
    expect(await settled()).toBe(0);
    await expireLeases(suite.database);
    expect(await settled()).toBe(2);
    await expect(suite.database.write((tx) => fence(suite.database, tx, [lease]))).rejects.toMatchObject({ code: 'lease_lost' });
  });

  test('are looked at by a dry run without a trace', async () => {
    await start(other, 'enrich');
    await expireLeases(suite.database);
    const before = await suite.database.knex('job_locks');
    await runsNow(suite.database, { dryRun: true });
    expect(await suite.database.knex('job_locks')).toEqual(before);
  });
});

describe('what was processed', () => {
  test('is all that was queued, or the run fails before its mark moves', () => {
    expect(() => {
      requireAllProcessed('assemble-orders', 308, 308);
    }).not.toThrow();
    expect(() => {
      requireAllProcessed('assemble-orders', 308, 134);
    }).toThrow(
      expect.objectContaining({
        kind: 'transient',
        code: 'queue_incomplete',
        message: 'assemble-orders has queued 308 and processed 134: it did not see its own queue whole.',
      }),
    );
  });
});
