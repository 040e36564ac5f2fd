import { hostname } from 'node:os';
import { spawnSync } from 'node:child_process';
import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../src/core/ids.ts';
import type { Clock } from '../../src/core/time.ts';
import { acquireLock, fence, LEASE_MS, liveRuns, releaseLocks, type Lease } from '../../src/runs/locks.repository.ts';
import { testClock } from '../support/clock.ts';
import { describeEachDatabase, describeMysql, type TestDatabase } from '../support/databases.ts';

const LOCK = 'import-billing/alpina/1/1';
const one = '20261120T050000Z-00000001' as RunId;
const two = '20261120T050100Z-00000002' as RunId;

describeEachDatabase('a lock', (suite) => {
  beforeEach(() => suite.empty());

  test('that is held makes a second run fail at once and says who holds it', async () => {
    const clock = testClock();
    await acquireLock(suite.database, LOCK, one, clock);
    await expect(acquireLock(suite.database, LOCK, two, clock)).rejects.toMatchObject({
      kind: 'locked',
      code: 'lock_held',
      context: { run_id: one, host: hostname(), pid: process.pid, since: '2026-11-20T05:00:00.000Z', lease_until: '2026-11-20T05:01:00.000Z' },
      nextStep: expect.stringContaining(`hub runs show ${one}`),
    });
  });

  test('of another name is free', async () => {
    const clock = testClock();
    await acquireLock(suite.database, LOCK, one, clock);
    await expect(acquireLock(suite.database, 'import-billing/belmont/1/1', two, clock)).resolves.toMatchObject({ token: 1 });
  });

  test('can be taken again after its release, with a higher token', async () => {
    const clock = testClock();
    const first = await acquireLock(suite.database, LOCK, one, clock);
    await releaseLocks(suite.database, [first]);
    expect(await acquireLock(suite.database, LOCK, two, clock)).toEqual({ name: LOCK, token: first.token + 1, runId: two });
  });

  test('whose lease expired is taken over, and the old holder can neither commit nor release it', async () => {
    const clock = testClock();
    const old = await acquireLock(suite.database, LOCK, one, clock);
    clock.advance(LEASE_MS);
    const taken = await acquireLock(suite.database, LOCK, two, clock);
    expect(taken.token).toBe(old.token + 1);
    await expect(commit(suite, old, clock)).rejects.toMatchObject({ kind: 'locked', code: 'lease_lost' });
    await releaseLocks(suite.database, [old]);
    await expect(commit(suite, taken, clock)).resolves.toBeUndefined();
    expect(await liveRuns(suite.database, clock)).toEqual(new Set([two]));
  });

  test('is extended by each commit of its holder', async () => {
    const clock = testClock();
    const lease = await acquireLock(suite.database, LOCK, one, clock);
    clock.advance(LEASE_MS - 1);
    await commit(suite, lease, clock);
    clock.advance(LEASE_MS - 1);
    await expect(acquireLock(suite.database, LOCK, two, clock)).rejects.toMatchObject({ code: 'lock_held' });
  });

  test('whose holder died on this machine is taken over at once', async () => {
    const clock = testClock();
    await acquireLock(suite.database, LOCK, one, clock);
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await suite.database.knex('job_locks').where({ name: LOCK }).update({ pid: dead });
    expect(await liveRuns(suite.database, clock)).toEqual(new Set());
    await expect(acquireLock(suite.database, LOCK, two, clock)).resolves.toMatchObject({ token: 2 });
  });

  test('of a process on another machine is respected although no such process is here', async () => {
    const clock = testClock();
    await acquireLock(suite.database, LOCK, one, clock);
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await suite.database.knex('job_locks').where({ name: LOCK }).update({ pid: dead, host: 'elsewhere.example' });
    await expect(acquireLock(suite.database, LOCK, two, clock)).rejects.toMatchObject({ context: { host: 'elsewhere.example' } });
  });
});

describeMysql('many runs that want one lock', (suite) => {
  test('one of them gets it', async () => {
    const pools = [suite.database, suite.openAgain(), suite.openAgain()];
    const clock = testClock();
    const attempts = await Promise.allSettled(pools.map((database, index) => acquireLock(database, 'race', `run-${index}` as RunId, clock)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'lock_held' });
  });
});

async function commit(suite: TestDatabase, lease: Lease, clock: Clock): Promise<void> {
  await suite.database.transaction((tx) => fence(tx, [lease], clock));
}
