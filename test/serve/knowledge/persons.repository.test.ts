import { expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { systemClock } from '../../../src/core/time.ts';
import type { Transaction } from '../../../src/db/database.ts';
import { readChanges, readPersons } from '../../../src/serve/knowledge/persons.repository.ts';
import { refresher } from '../../../src/serve/knowledge/refresh.ts';
import { knowledgeOf, type Snapshot } from '../../../src/serve/knowledge/snapshot.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';

const BRANDS = ['alpina', 'belmont'];
const hash = (name: string): string => sha256Hex(`${name}@mail.ch`);
const at = '2026-03-10 12:00:00.000000';
const written = { checksum: 'c', rules_version: 'r', created_run: 'r', enriched_at: at, change_no: 1 };

const account = (brand: string, id: string, name: string | null, isTest = 0) => ({
  ...written,
  ...{ brand, account_id: id, source_id: id, person_id: name === null ? id : hash(name).slice(0, 32), email_sha256: name === null ? null : hash(name), is_test: isTest },
});
const subscription = (brand: string, accountId: string, id: string, isActive: number) => ({
  ...written,
  ...{ brand, account_id: accountId, source_id: id, chain_id: id, version: 1, is_latest: 1, is_active: isActive, is_test: 0 },
});

const contact = (brand: string, name: string, state: string, changeNo = 1) => ({
  ...{ brand, person_id: hash(name).slice(0, 32), email_sha256: hash(name), state, leads: 1, duplicates: 0, restored: 0 },
  ...{ checksum: 'c', created_run: 'r', updated_at: at, change_no: changeNo },
});

describeEachDatabase('the persons of a snapshot', (suite) => {
  test('are accounts that are no test data, subscribers and contacts; active is who has an active subscription, or is a contact that is not removed', async () => {
    await suite.empty();
    await suite.database.write(async (tx) => {
      await tx('counters').insert({ name: 'change_no', value: 7 }).onConflict('name').merge();
      await tx('enriched_accounts').insert([account('alpina', 'a1', 'anna'), account('belmont', 'b1', 'anna'), account('belmont', 'b2', 'bert'), account('alpina', 'a2', 'test', 1), account('alpina', 'a3', null)]);
      await tx('enriched_subscriptions').insert([subscription('alpina', 'a1', 's1', 0), subscription('belmont', 'b1', 's2', 0), subscription('belmont', 'b1', 's3', 1), subscription('alpina', 'a2', 's4', 1)]);
      await tx('email_subscribers').insert({ brand: 'alpina', person_id: hash('carl').slice(0, 32), email_sha256: hash('carl'), email_md5: 'x', created_run: 'r', updated_at: at, change_no: 1 });
      await tx('contacts').insert([contact('alpina', 'dora', 'active'), contact('belmont', 'dora', 'removed'), contact('belmont', 'emil', 'removed')]);
    });
    const snapshot = await readPersons(suite.database, BRANDS, systemClock, undefined);
    expect(snapshot?.number).toBe(7);
    expect(snapshot?.high).toHaveLength(5);
    const knowledge = knowledgeOf(snapshot as Snapshot);
    const states = (name: string): string[] => BRANDS.map((brand) => knowledge.stateOf(hash(name), brand));
    expect(states('anna')).toEqual(['known_active', 'known_active_same_brand']);
    expect(states('bert')).toEqual(['known', 'known']);
    expect(states('carl')).toEqual(['known', 'known']);
    expect(states('dora')).toEqual(['known_active_same_brand', 'known_active']);
    expect(states('emil')).toEqual(['known', 'known']);
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

  test('are renewed by what has changed, and are then as if everybody had been read', async () => {
    const { database } = suite;
    await suite.empty();
    const names = Array.from({ length: 300 }, (_, n) => `n${n}`);
    const bump = (tx: Transaction, value: number) => tx('counters').insert({ name: 'change_no', value }).onConflict('name').merge();
    await database.write(async (tx) => {
      await bump(tx, 1);
      await tx('enriched_accounts').insert(names.map((name, n) => account('alpina', `a${n}`, name)));
    });
    const refresh = refresher(database, BRANDS, systemClock);
    let kept = await refresh(undefined, () => undefined);
    expect(await refresh(1, () => kept)).toBeUndefined();
    const changes: ((tx: Transaction) => Promise<unknown>)[] = [
      // A subscription, an account that is gone, one that becomes another person's, and a test account.
      async (tx) => {
        await tx('enriched_subscriptions').insert(subscription('alpina', 'a7', 's7', 1));
        await tx('enriched_accounts').where({ account_id: 'a8' }).delete();
        await tx('enriched_accounts').where({ account_id: 'a9' }).update({ person_id: hash('other').slice(0, 32), email_sha256: hash('other') });
        await tx('enriched_accounts').where({ account_id: 'a10' }).update({ is_test: 1 });
        await tx('enriched_changes').insert(['n7', 'n8', 'n9', 'other', 'n10'].map((name) => ({ change_no: 2, person_id: hash(name).slice(0, 32) })));
      },
      (tx) => tx('contacts').insert([contact('belmont', 'n11', 'active', 3), contact('alpina', 'new', 'removed', 3)]),
      (tx) => tx('contacts').where({ brand: 'belmont' }).update({ state: 'removed', change_no: 4 }),
      (tx) => tx('email_subscribers').insert({ brand: 'alpina', person_id: hash('carl').slice(0, 32), email_sha256: hash('carl'), email_md5: 'x', created_run: 'r', updated_at: at, change_no: 5 }),
    ];
    for (const [place, change] of changes.entries()) {
      const number = place + 2;
      await database.write(async (tx) => {
        await change(tx);
        await bump(tx, number);
      });
      const known = number - 1;
      const base = kept;
      kept = await refresh(known, () => base);
      const whole = await readPersons(database, BRANDS, systemClock, undefined);
      expect({ ...kept, at: null }).toEqual({ ...whole, at: null });
    }
    expect(await readChanges(database, BRANDS, systemClock, 4)).toMatchObject({ personIds: [hash('carl').slice(0, 32)] });
  });
});
