import { expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { systemClock } from '../../../src/core/time.ts';
import { readPersons } from '../../../src/serve/knowledge/persons.repository.ts';
import { knowledgeOf, type Snapshot } from '../../../src/serve/knowledge/snapshot.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';

const BRANDS = ['alpina', 'belmont'];
const hash = (name: string): string => sha256Hex(`${name}@mail.ch`);
const at = '2026-03-10 12:00:00.000000';
const written = { checksum: 'c', rules_version: 'r', created_run: 'r', enriched_at: at, change_no: 1 };

const account = (brand: string, id: string, name: string | null, isTest = 0) => ({
  ...written,
  ...{ brand, account_id: id, source_id: id, person_id: `p-${name ?? id}`, email_sha256: name === null ? null : hash(name), is_test: isTest },
});
const subscription = (brand: string, accountId: string, id: string, isActive: number) => ({
  ...written,
  ...{ brand, account_id: accountId, source_id: id, chain_id: id, version: 1, is_latest: 1, is_active: isActive, is_test: 0 },
});

describeEachDatabase('the persons of a snapshot', (suite) => {
  test('are accounts that are no test data, and subscribers; active is who has an active subscription', async () => {
    await suite.empty();
    await suite.database.write(async (tx) => {
      await tx('counters').insert({ name: 'change_no', value: 7 }).onConflict('name').merge();
      await tx('enriched_accounts').insert([account('alpina', 'a1', 'anna'), account('belmont', 'b1', 'anna'), account('belmont', 'b2', 'bert'), account('alpina', 'a2', 'test', 1), account('alpina', 'a3', null)]);
      await tx('enriched_subscriptions').insert([subscription('alpina', 'a1', 's1', 0), subscription('belmont', 'b1', 's2', 0), subscription('belmont', 'b1', 's3', 1), subscription('alpina', 'a2', 's4', 1)]);
      await tx('email_subscribers').insert({ brand: 'alpina', person_id: 'p-carl', email_sha256: hash('carl'), email_md5: 'x', created_run: 'r', updated_at: at, change_no: 1 });
    });
    const snapshot = await readPersons(suite.database, BRANDS, systemClock, undefined);
    expect(snapshot?.number).toBe(7);
    expect(snapshot?.high).toHaveLength(3);
    const knowledge = knowledgeOf(snapshot as Snapshot);
    const states = (name: string): string[] => BRANDS.map((brand) => knowledge.stateOf(hash(name), brand));
    expect(states('anna')).toEqual(['known_active', 'known_active_same_brand']);
    expect(states('bert')).toEqual(['known', 'known']);
    expect(states('carl')).toEqual(['known', 'known']);
    expect(states('test')).toEqual(['unknown', 'unknown']);
  });

  test('are read again only when something has changed', async () => {
    expect(await readPersons(suite.database, BRANDS, systemClock, 7)).toBeUndefined();
    expect(await readPersons(suite.database, BRANDS, systemClock, 6)).toBeDefined();
  });

  test('are never past what a run under way may still write', async () => {
    const run = { run_id: 'r1', command: 'enrich', status: 'running', change_no: 5, brands: 'alpina', shard: '1/1', params: '{}', started_at: at, host: 'h', pid: 1, version: '1' };
    await suite.database.write((tx) => tx('job_runs').insert(run));
    expect((await readPersons(suite.database, BRANDS, systemClock, undefined))?.number).toBe(4);
  });

  test('are read in pages, each once', async () => {
    await suite.empty();
    const accounts = Array.from({ length: 20_003 }, (_, n) => account('alpina', `a${n}`, `n${n}`));
    await suite.database.write(async (tx) => {
      for (let n = 0; n < accounts.length; n += 500) await tx('enriched_accounts').insert(accounts.slice(n, n + 500));
    });
    expect((await readPersons(suite.database, BRANDS, systemClock, undefined))?.high).toHaveLength(20_003);
  });
});
