import { hostname } from 'node:os';
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import { millisOf, type Instant } from '../../../src/core/time.ts';
import { acquireLock, declareGone, fence, LEASE_MS, liveRuns, releaseLocks, type Lease } from '../../../src/engine/runs/locks.repository.ts';
import { describeEachDatabase, describeMysql, type TestDatabase } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';

const LOCK = 'import-billing/alpina/1/1';
const one = '20261120T050000Z-00000001' as RunId;
const two = '20261120T050100Z-00000002' as RunId;

describeEachDatabase('a lock', (suite) => {
  beforeEach(() => suite.empty());

  test('that is held makes a second run fail at once and says who holds it', async () => {
    await acquireLock(suite.database, LOCK, one);
    await expect(acquireLock(suite.database, LOCK, two)).rejects.toMatchObject({
      kind: 'locked',
      code: 'lock_held',
      context: { run_id: one, host: hostname(), pid: process.pid, since: expect.stringMatching(/Z$/), lease_until: expect.stringMatching(/Z$/) },
      nextStep: expect.stringContaining(`hub runs show ${one}`),
    });
  });

  test('of another name is free', async () => {
    await acquireLock(suite.database, LOCK, one);
    await expect(acquireLock(suite.database, 'import-billing/belmont/1/1', two)).resolves.toMatchObject({ token: 1 });
  });

  test('can be taken again after its release, with a higher token', async () => {
    const first = await acquireLock(suite.database, LOCK, one);
    await releaseLocks(suite.database, [first]);
    expect(await acquireLock(suite.database, LOCK, two)).toEqual({ name: LOCK, token: first.token + 1, runId: two });
  });

  test('whose lease expired is taken over, and the old holder can neither commit nor release it', async () => {
    const old = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database);
    const taken = await acquireLock(suite.database, LOCK, two);
    expect(taken.token).toBe(old.token + 1);
    await expect(commit(suite, old)).rejects.toMatchObject({ kind: 'locked', code: 'lease_lost', context: { run_id: two } });
    await releaseLocks(suite.database, [old]);
    await expect(commit(suite, taken)).resolves.toBeUndefined();
    expect(await liveRuns(suite.database)).toEqual(new Set([two]));
  });

  test('whose lease expired is lost although nobody has taken it, as others may count its run as gone', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database);
    await expect(commit(suite, lease)).rejects.toMatchObject({
      kind: 'locked',
      code: 'lease_lost',
      message: `This run's lease on the lock "${LOCK}" expired: it did not reach the database for 60 s.`,
    });
  });

  test('is extended by each commit of its holder, by the clock of the database', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database, 20_000);
    await commit(suite, lease);
    const [now, row] = await suite.database.read(async (knex) => [await suite.database.dialect.now(knex), await knex<{ name: string; expires_at: Instant }>('job_locks').first('expires_at')] as const);
    expect(millisOf(row?.expires_at ?? now) - millisOf(now)).toBeGreaterThan(LEASE_MS - 20_000);
  });

  test('is given once more to the run that holds it: the answer to its commit may have been lost', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    const row = await suite.database.knex('job_locks').where({ name: LOCK }).first<object>();
    // What the try after the lost answer finds when it has begun its transaction.
    await suite.database.knex('job_locks').delete();
    const again = acquireLock({ ...suite.database, write: async (work, options) => {
      await suite.database.knex('job_locks').insert(row);
      return suite.database.write(work, options);
    } }, LOCK, one);
    expect(await again).toEqual(lease);
  });

  test('whose holder died on this machine is taken over at once', async () => {
    await acquireLock(suite.database, LOCK, one);
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await suite.database.knex('job_locks').where({ name: LOCK }).update({ pid: dead });
    expect(await liveRuns(suite.database)).toEqual(new Set());
    await expect(acquireLock(suite.database, LOCK, two)).resolves.toMatchObject({ token: 2 });
  });

  test('of a process on another machine is respected although no such process is here', async () => {
    await acquireLock(suite.database, LOCK, one);
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await suite.database.knex('job_locks').where({ name: LOCK }).update({ pid: dead, host: 'elsewhere.example' });
    await expect(acquireLock(suite.database, LOCK, two)).rejects.toMatchObject({ context: { host: 'elsewhere.example' } });
  });
});

describeEachDatabase('declaring runs gone', (suite) => {
  beforeEach(() => suite.empty());
  const declare = () => suite.database.write((tx) => declareGone(suite.database, tx));

  test('ends leases that expired, so that whoever comes back late cannot renew them', async () => {
    const late = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database);
    await acquireLock(suite.database, 'enrich/alpina/1/1', two);
    expect(await declare()).toEqual(new Set([two]));
    // As a clock that goes after that of the database would let it.
    await expect(commit({ ...suite, database: { ...suite.database, dialect: { ...suite.database.dialect, now: () => Promise.resolve('2000-01-01 00:00:00.000000' as Instant) } } }, late)).rejects.toMatchObject({ code: 'lease_lost' });
  });
});

describeMysql('declaring runs gone beside a commit', (suite) => {
  test('waits for it: a run that proved its lease in time is alive', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database, 400);
    let declared: Promise<Set<string>> | undefined;
    await suite.database.write(async (tx) => {
      await fence(suite.database, tx, [lease]);
      await sleep(600);
      declared = suite.database.write((other) => declareGone(suite.database, other));
      await sleep(300);
    });
    expect(await declared).toEqual(new Set([one]));
  });
});

describeMysql('many runs that want one lock', (suite) => {
  test('one of them gets it', async () => {
    const pools = [suite.database, suite.openAgain(), suite.openAgain()];
    const attempts = await Promise.allSettled(pools.map((database, index) => acquireLock(database, 'race', `run-${index}` as RunId)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'lock_held' });
  });
});

async function commit(suite: TestDatabase, lease: Lease): Promise<void> {
  await suite.database.write((tx) => fence(suite.database, tx, [lease]));
}
