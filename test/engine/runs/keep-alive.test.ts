import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import { millisOf, type Instant } from '../../../src/core/time.ts';
import { keepAlive } from '../../../src/engine/runs/keep-alive.ts';
import { acquireLock, LEASE_MS } from '../../../src/engine/runs/locks.repository.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';

const LOCK = 'enrich/alpina/1/1';
const [one, two] = ['20261120T050000Z-00000001', '20261120T050000Z-00000002'] as unknown as [RunId, RunId];

describeEachDatabase('keeping leases alive', (suite) => {
  beforeEach(() => suite.empty());
  const leaseLeft = async (): Promise<number> => {
    const row = await suite.database.knex<{ expires_at: Instant }>('job_locks').first('expires_at');
    return millisOf(row?.expires_at as Instant) - millisOf(await suite.database.read((knex) => suite.database.dialect.now(knex)));
  };

  test('extends them', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database, 20_000);
    const keeper = keepAlive(suite.database, [lease], 20);
    while ((await leaseLeft()) < LEASE_MS - 20_000) await sleep(20);
    await keeper.stop();
    expect(keeper.signal.aborted).toBe(false);
  });

  test('tells of one that another run has taken over', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database);
    await acquireLock(suite.database, LOCK, two);
    const keeper = keepAlive(suite.database, [lease], 20);
    await fired(keeper.signal);
    await keeper.stop();
    expect(keeper.signal.reason).toMatchObject({ kind: 'locked', code: 'lease_lost', context: { run_id: two } });
  });

  test('tells of one that expired, and of one that was added later', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    const keeper = keepAlive(suite.database, [lease], 20);
    keeper.add(await acquireLock(suite.database, 'build-audiences/audience/all', one));
    await suite.database.knex('job_locks').where({ name: 'build-audiences/audience/all' }).update({ expires_at: '2000-01-01 00:00:00.000000' });
    await fired(keeper.signal);
    await keeper.stop();
    expect(keeper.signal.reason).toMatchObject({ code: 'lease_lost', context: { lock: 'build-audiences/audience/all' } });
  });
});

async function fired(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(20);
}
