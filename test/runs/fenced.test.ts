import { beforeEach, expect, test } from '@jest/globals';

import { HubError } from '../../src/core/errors.ts';
import type { RunId } from '../../src/core/ids.ts';
import { fencedTransaction } from '../../src/runs/fenced.ts';
import { acquireLock, LEASE_MS } from '../../src/runs/locks.repository.ts';
import { testClock } from '../support/clock.ts';
import { describeEachDatabase } from '../support/databases.ts';

const LOCK = 'enrich/alpina/1/1';
const [one, two] = ['20261120T050000Z-00000001', '20261120T050000Z-00000002'] as unknown as [RunId, RunId];
const fault = new HubError('unexpected', 'bulk_load_mismatch', 'The database did not take all rows.');

describeEachDatabase('a fenced transaction', (suite) => {
  beforeEach(() => suite.empty());

  test('commits while the run holds its locks, and gives the result', async () => {
    const clock = testClock();
    const services = { database: suite.database, clock };
    const lease = await acquireLock(suite.database, LOCK, one, clock);
    await expect(fencedTransaction(services, [lease], async (tx) => tx('counters').insert({ name: 'x', value: 1 }).then(() => 7))).resolves.toBe(7);
    expect(await suite.database.read((knex) => knex('counters').where({ name: 'x' }))).toHaveLength(1);
    await expect(fencedTransaction(services, [lease], () => Promise.reject(fault))).rejects.toBe(fault);
  });

  test('rolls back once another run has taken over, and names that as the reason of a fault too', async () => {
    const clock = testClock();
    const services = { database: suite.database, clock };
    const lease = await acquireLock(suite.database, LOCK, one, clock);
    clock.advance(LEASE_MS);
    await acquireLock(suite.database, LOCK, two, clock);
    const write = fencedTransaction(services, [lease], async (tx) => tx('counters').insert({ name: 'x', value: 1 }));
    await expect(write).rejects.toMatchObject({ kind: 'locked', code: 'lease_lost' });
    expect(await suite.database.read((knex) => knex('counters').where({ name: 'x' }))).toEqual([]);
    await expect(fencedTransaction(services, [lease], () => Promise.reject(fault))).rejects.toMatchObject({ code: 'lease_lost' });
  });
});
