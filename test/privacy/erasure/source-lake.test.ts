import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { runForget } from '../../../src/privacy/erasure/run-forget.ts';
import { describeEachDatabase, filledTables } from '../../support/databases/databases.ts';
import { expireLeases } from '../../support/databases/locks.ts';
import { workspace } from '../../support/program/hub.ts';
import { batchOf } from '../../support/lakes/lake.ts';
import { testSourceLake } from '../../support/lakes/source-lake.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { testClock } from '../../support/suite/clock.ts';

const EMAIL = 'xaverine.quellmann@mail.example';
const HASH = sha256Hex(EMAIL);
const WHOLE = { from: '20260101T000000Z', until: '20270101T000000Z' } as never;
const order = (id: number, email: string, total = '49.90'): object => ({
  ...{ id: `gid://shopify/Order/${id}`, name: `#${id}`, createdAt: '2026-11-20T10:00:00Z', updatedAt: `2026-11-2${total === '49.90' ? 0 : 1}T10:00:00Z`, currencyCode: 'EUR', email },
  totalPriceSet: { shopMoney: { amount: total } },
});

/** All text of the files of the lake. */
function textOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.gz') || file.endsWith('.json'));
  return files.map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(join(folder, file))) : readFileSync(join(folder, file))).toString()).join('\n');
}

describeEachDatabase('hub forget and the sources', (suite) => {
  beforeEach(() => suite.empty());
  const forget = (sourceLake: ReturnType<typeof testSourceLake>['lake'], dryRun = false) =>
    runForget({ database: suite.database, clock: testClock(), version: '1', signal: new AbortController().signal, sourceLake }, { emailSha256: HASH, brands: ['alpina'], dryRun });

  test('takes a person off raw rows, facts, quarantine, audit and lake; money stays, and no import brings anybody back', async () => {
    const lake = testSourceLake();
    await lake.put(
      { name: 'shopify/orders/shop/20261121T100000Z', records: [order(1, ` ${EMAIL.toUpperCase()}`), order(2, 'other@mail.example')] },
      { name: 'shopify/orders/shop/20261122T100000Z', records: [order(1, EMAIL, '59.90'), { ...order(3, EMAIL), currencyCode: 'nothing' }] },
      { name: 'stripe/events/main/20261121T100000Z', records: [{ id: 'evt_1', type: 'customer.created', created: 1_795_000_000, data: { object: { id: 'cus_1', object: 'customer', email: EMAIL } } }] },
      { name: 'crm/users/acme/20261121T100000Z', key_properties: ['id'], records: [{ id: 7, mail: EMAIL }, { id: 8, mail: 'other@mail.example' }] },
    );
    await importSources(suite.database, lake, testClock());
    expect(JSON.stringify(await dump())).toContain(HASH);
    expect(await forget(lake.lake, true)).toMatchObject({ totals: { lake_batches: 4, lake_batches_to_do: 0 } });
    expect(textOf(lake.folder).toLowerCase()).toContain('xaverine');

    const report = await forget(lake.lake);
    expect(report).toMatchObject({ status: 'succeeded', totals: { lake_batches: 4, lake_batches_to_do: 0 }, items: expect.arrayContaining([{ table: 'raw_shopify_orders', records: 1 }, { table: 'shop_orders', records: 1 }, { table: 'rejected_rows', records: 1 }, { table: 'raw_records', records: 1 }, { table: 'source_lake', records: 5 }]) });
    const left = async (): Promise<void> => {
      expect(textOf(lake.folder).toLowerCase()).not.toContain('xaverine');
      const rows = await dump(['erasures', 'suppressions', 'erased_records']);
      expect(JSON.stringify(rows).toLowerCase()).not.toMatch(new RegExp(`xaverine|${HASH.slice(0, 32)}`));
    };
    await left();
    expect(textOf(lake.folder)).toContain('{"__erased":true,"id":"gid://shopify/Order/1"}');
    const facts = () => suite.database.read((knex) => knex<Record<string, unknown>>('shop_orders').orderBy('source_id').select('order_id', 'total', 'person_id'));
    const known = [{ order_id: 'gid://shopify/Order/1', total: 5990, person_id: null }, { order_id: 'gid://shopify/Order/2', total: 4990, person_id: sha256Hex('other@mail.example').slice(0, 32) }];
    expect(await facts()).toEqual(known);

    // The lake's files were written again, and that is no reason to read them again; a backfill finds nothing but keys.
    expect((await importSources(suite.database, lake, testClock())).report.totals).toMatchObject({ batches: 0 });
    const again = await importSources(suite.database, lake, testClock(), { range: WHOLE });
    expect(again.report).toMatchObject({ status: 'succeeded', totals: { batches: 4, read: 7, unchanged: 2, stale: 5 } });
    await lake.put({ name: 'shopify/orders/shop/20261123T100000Z', records: [order(4, EMAIL)] });
    await importSources(suite.database, lake, testClock());
    expect(await facts()).toEqual([...known, { order_id: 'gid://shopify/Order/4', total: 4990, person_id: null }]);
    expect(await forget(lake.lake)).toMatchObject({ totals: { lake_batches: 1 } });
    await left();
    expect(await forget(lake.lake)).toMatchObject({ totals: { records: 0, lake_batches: 0 } });
  }, 60_000);

  test.each(['forget.parts.written', 'forget.manifest.written'])('killed at %s it leaves a lake that can be read, and another one ends what is left', async (point) => {
    const lake = testSourceLake();
    await lake.put({ name: 'shopify/orders/shop/20261121T100000Z', records: [order(1, EMAIL), order(2, 'other@mail.example')] });
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(32), HUB_SOURCES_URL: `file:${lake.folder}` });
    expect((await place.hub(['forget', '--hash', HASH], { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
    await expireLeases(suite.database);
    expect((await importSources(suite.database, lake, testClock())).report).toMatchObject({ status: 'succeeded', totals: { read: 2 } });
    await forget(lake.lake);
    expect(textOf(lake.folder).toLowerCase()).not.toContain('xaverine');
    expect([...(await lake.lake.partSizes({ platform: 'shopify', stream: 'orders', account: 'shop', batch: batchOf('20261121T100000Z') })).keys()]).toEqual(['part-00000-1.ndjson.gz']);
  });

  async function dump(without: readonly string[] = []): Promise<unknown[]> {
    const tables = (await filledTables(suite.database)).filter((table) => !without.includes(table));
    return Promise.all(tables.map((table) => suite.database.read((knex) => knex(table).select<unknown[]>('*'))));
  }
});
