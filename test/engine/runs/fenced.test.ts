import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import type { RunId } from '../../../src/core/ids.ts';
import { openDatabase, type Database } from '../../../src/db/database.ts';
import { fencedTransaction } from '../../../src/engine/runs/fenced.ts';
import { acquireLock, releaseLocks } from '../../../src/engine/runs/locks.repository.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { describeEachDatabase, describeMysql } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';
import { tcpProxy, type TcpProxy } from '../../support/servers/tcp-proxy.ts';

const LOCK = 'enrich/alpina/1/1';
const [one, two] = ['20261120T050000Z-00000001', '20261120T050000Z-00000002'] as unknown as [RunId, RunId];
const fault = new HubError('unexpected', 'bulk_load_mismatch', 'The database did not take all rows.');

describeEachDatabase('a fenced transaction', (suite) => {
  beforeEach(() => suite.empty());

  test('commits while the run holds its locks, and gives the result', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expect(fencedTransaction(suite, [lease], async (tx) => tx('counters').insert({ name: 'x', value: 1 }).then(() => 7))).resolves.toBe(7);
    expect(await suite.database.read((knex) => knex('counters').where({ name: 'x' }))).toHaveLength(1);
    await expect(fencedTransaction(suite, [lease], () => Promise.reject(fault))).rejects.toBe(fault);
  });

  test('rolls back once another run has taken over, and names that as the reason of a fault too', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database);
    await acquireLock(suite.database, LOCK, two);
    const write = fencedTransaction(suite, [lease], async (tx) => tx('counters').insert({ name: 'x', value: 1 }));
    await expect(write).rejects.toMatchObject({ kind: 'locked', code: 'lease_lost' });
    expect(await suite.database.read((knex) => knex('counters').where({ name: 'x' }))).toEqual([]);
    await expect(fencedTransaction(suite, [lease], () => Promise.reject(fault))).rejects.toMatchObject({ code: 'lease_lost' });
  });

  test('rolls back once its lease has expired, although nobody has taken over', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database);
    const write = fencedTransaction(suite, [lease], async (tx) => tx('counters').insert({ name: 'x', value: 1 }));
    await expect(write).rejects.toMatchObject({ kind: 'locked', code: 'lease_lost' });
    expect(await suite.database.read((knex) => knex('counters').where({ name: 'x' }))).toEqual([]);
  });

  test('leaves no mark behind when the run gives its locks back', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await fencedTransaction(suite, [lease], () => Promise.resolve());
    expect(await suite.database.knex('commit_marks')).toHaveLength(1);
    await releaseLocks(suite.database, [lease]);
    expect(await suite.database.knex('commit_marks')).toEqual([]);
  });

  test('leaves no mark behind when another run takes over from one that was killed', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await fencedTransaction(suite, [lease], () => Promise.resolve());
    await expireLeases(suite.database);
    await acquireLock(suite.database, LOCK, two);
    expect(await suite.database.knex('commit_marks')).toEqual([]);
  });
});

describeEachDatabase('a fenced transaction that takes longer than a lease', (suite) => {
  beforeEach(() => suite.empty());

  test('commits on an embedded database, where nobody else can write meanwhile, and not on a server, where nobody renewed it', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    await expireLeases(suite.database, 150);
    const write = fencedTransaction(suite, [lease], async (tx) => {
      await tx('counters').insert({ name: 'x', value: 1 });
      if (suite.dialect === 'sqlite') await tx('job_locks').update({ expires_at: '2000-01-01 00:00:00.000000' });
      await sleep(300);
    });
    if (suite.dialect === 'sqlite') await expect(write).resolves.toBeUndefined();
    else await expect(write).rejects.toMatchObject({ code: 'lease_lost' });
  });
});

describeMysql('a commit whose answer is lost', (suite) => {
  let proxy: TcpProxy;
  let database: Database;
  beforeAll(async () => {
    proxy = await tcpProxy(Number(new URL(suite.url).port || 3306));
    database = openDatabase(suite.url.replace(/@([^/]*)\//, `@127.0.0.1:${proxy.port}/`));
    atEndOfFile(() => proxy.close());
    atEndOfFile(() => database.close());
  });

  test('is not made again: the work is done once, and its result is that of the commit', async () => {
    const lease = await acquireLock(suite.database, LOCK, one);
    let tries = 0;
    const result = await fencedTransaction({ database }, [lease], async (tx) => {
      tries++;
      await database.dialect.bulkReplace(tx, { table: 'counters', columns: ['name', 'value'], rows: ['y\t1'], replaced: 0 });
      proxy.loseAnswerTo('COMMIT');
      return tries;
    });
    expect(proxy.hasLost).toBe(true);
    expect([result, tries]).toEqual([1, 1]);
    expect(await suite.database.knex('counters').where({ name: 'y' })).toHaveLength(1);
  });

  test('takes the lock once', async () => {
    proxy.loseAnswerTo('COMMIT');
    expect(await acquireLock(database, 'enrich/belmont/1/1', one)).toEqual({ name: 'enrich/belmont/1/1', token: 1, runId: one });
  });
});
