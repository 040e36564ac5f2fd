import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';

import { openDatabase, type Database } from '../../../src/db/database.ts';
import { countedLimits } from '../../../src/serve/limits/key-limits.ts';
import { keyText } from '../../../src/serve/keys/key-text.ts';
import type { ServerOptions } from '../../../src/serve/server.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { dropVectorTable, makeVectorTable, vectorFeed } from '../../served-feeds/vector-feed.ts';
import { someKey, storeOf } from '../keys/some-key.ts';
import { testServer, type TestServer } from '../running.ts';

const reader = someKey();
const alpina = someKey({ brands: ['alpina'], mayBeInUrl: true });
const narrow = someKey({ feeds: ['other'] });

const feedServer = (database: Database, change: Partial<ServerOptions> = {}, feed: object = {}): Promise<TestServer> =>
  testServer({ parts: ['feeds'], keys: storeOf(reader, alpina, narrow), keyLimits: countedLimits({ events: 'off', feeds: 1_000 }), feeds: { feeds: () => new Map([['orders', vectorFeed(feed)]]), database: () => database }, ...change });

const ask = (server: TestServer, path: string, key = reader, headers: Record<string, string> = {}): Promise<Response> => fetch(`${server.address}${path}`, { headers: { authorization: key.bearer, ...headers } });

describeEachDatabase('a feed', (suite) => {
  let server: TestServer;
  beforeAll(async () => {
    await makeVectorTable(suite.database);
    server = await feedServer(suite.database);
  });
  afterAll(() => dropVectorTable(suite.database));

  test('is a page of JSON with the next one in the body and in Link, which leads through all of them', async () => {
    const orders: string[] = [];
    let path: string | null = '/v1/feeds/orders.json?limit=4&select=order,invoiced,market&sort=-market';
    while (path !== null) {
      const answer = await ask(server, path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
      const { feed, as_of: asOf, items, next } = (await answer.json()) as { feed: string; as_of: string; items: { order: string }[]; next: string | null };
      expect([feed, asOf]).toEqual(['orders', expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/)]);
      orders.push(...items.map(({ order }) => order));
      path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
      expect(path !== null).toBe(next !== null);
    }
    expect(orders).toEqual(['ord_i', 'ord_h', 'ord_g', 'ord_a', 'ord_b', 'ord_d', 'ord_f', 'ord_c', 'ord_e']);
  });

  test('is a CSV that a parser reads as it was meant, with a BOM and CRLF, and no formula in it', async () => {
    const answer = await ask(server, '/v1/feeds/orders.csv?select=order,market,invoiced,is_new,note');
    expect([answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual(['text/csv; charset=utf-8; header=present', 'inline; filename="orders.csv"']);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(bytes.toString().split('\r\n')).toHaveLength(11);
    const records = parse<Record<string, string>>(bytes, { bom: true, columns: true });
    expect(records[0]).toEqual({ order: 'ord_f', market: 'DE', invoiced: '', is_new: 'false', note: '' });
    expect(records.find(({ order }) => order === 'ord_c')).toEqual({ order: 'ord_c', market: 'CH', invoiced: '120.50', is_new: 'true', note: "'=1+1" });
    expect(records.find(({ order }) => order === 'ord_h')?.['note']).toBe('a,b "c"');
    const german = await (await ask(server, '/v1/feeds/orders.csv?bom=0&delimiter=semicolon&decimal=comma&select=order,invoiced&order=ord_c,ord_e')).text();
    expect(german).toBe('order;invoiced\r\nord_c;120,50\r\nord_e;-25,00\r\n');
  });

  test('is XML with an element for each value that there is', async () => {
    const answer = await ask(server, '/v1/feeds/orders.xml?select=order,market,note&order=ord_h,ord_e');
    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8');
    expect(await answer.text()).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<feed name="orders" as_of="[^"]+">\n<item><order>ord_h<\/order><market>US<\/market><note>a,b &quot;c&quot;<\/note><\/item>\n<item><order>ord_e<\/order><\/item>\n<\/feed>\n$/);
    expect(await (await ask(server, '/v1/feeds/orders.xml?brand=nobody')).text()).toMatch(/">\n<\/feed>\n$/);
    expect(await (await ask(server, '/v1/feeds/orders.csv?bom=0&group=brand&measures=orders&brand=nobody')).text()).toBe('brand,orders\r\n');
  });

  test('has the rows of the brands of its key, and says so where another brand is asked for', async () => {
    const { items } = (await (await ask(server, '/v1/feeds/orders.json?select=brand', alpina)).json()) as { items: { brand: string }[] };
    expect(new Set(items.map(({ brand }) => brand))).toEqual(new Set(['alpina']));
    for (const query of ['brand=belmont', 'brand=alpina,belmont', 'brand=nobody']) {
      const answer = await ask(server, `/v1/feeds/orders.csv?${query}`, alpina);
      expect([answer.status, await answer.json()]).toMatchObject([403, { type: 'urn:hub:problem:brand_not_allowed' }]);
    }
    const csv = await (await ask(server, '/v1/feeds/orders.csv', alpina)).text();
    expect(csv.split('\r\n').filter((line) => /belmont|corvina/.test(line))).toEqual([]);
  });

  test('is one of those that the key may read, and exists, or not', async () => {
    expect(await (await ask(server, '/v1/feeds/orders.json', narrow)).json()).toMatchObject({ type: 'urn:hub:problem:feed_not_allowed', status: 403 });
    expect(await (await ask(server, '/v1/feeds/other.json', narrow)).json()).toMatchObject({ type: 'urn:hub:problem:feed_unknown', status: 404 });
    expect(await (await ask(server, '/v1/feeds/orders.xlsx')).json()).toMatchObject({ type: 'urn:hub:problem:format_unknown', status: 404 });
    expect((await ask(server, '/v1/feeds/orders')).status).toBe(404);
  });

  test('takes a key in its URL, which is in no link and no log', async () => {
    const text = keyText(alpina.shown);
    const answer = await fetch(`${server.address}/v1/feeds/orders.json?limit=1&key=${text}`);
    expect([answer.status, answer.headers.get('link')]).toEqual([200, expect.not.stringContaining('key=')]);
    expect(JSON.stringify(server.logged)).not.toContain(alpina.shown.secret);
  });

  test('that is asked for wrongly says everything that is wrong, without the values', async () => {
    const answer = await ask(server, '/v1/feeds/orders.csv?colour=red&items=secretvalue&delimiter=pipe&cursor=x&bom=0&bom=1');
    const body = (await answer.json()) as { errors: unknown[] };
    expect([answer.status, body.errors]).toEqual([
      400,
      expect.arrayContaining([
        expect.objectContaining({ parameter: 'bom', code: 'repeated_parameter' }),
        expect.objectContaining({ parameter: 'colour', code: 'unknown_parameter' }),
        expect.objectContaining({ parameter: 'items', code: 'invalid_value' }),
        expect.objectContaining({ parameter: 'delimiter', code: 'invalid_value' }),
        expect.objectContaining({ parameter: 'cursor', code: 'unknown_parameter' }),
      ]),
    ]);
    expect(JSON.stringify(body)).not.toContain('secretvalue');
    expect(await (await ask(server, '/v1/feeds/orders.json?bom=0')).json()).toMatchObject({ type: 'urn:hub:problem:unknown_parameter' });
    expect(await (await ask(server, '/v1/feeds/orders.json?brand=%ff')).json()).toMatchObject({ type: 'urn:hub:problem:invalid_value' });
  });

  test('is known by a tag as long as nothing changes, and has none while a run is writing', async () => {
    const first = await ask(server, '/v1/feeds/orders.json?brand=alpina');
    const etag = first.headers.get('etag') ?? '';
    expect([etag, first.headers.get('cache-control')]).toEqual([expect.stringMatching(/^W\/"[0-9a-f]{24}"$/), 'private, no-cache']);
    for (const known of [etag, `"x", ${etag}`, etag.slice(2), '*']) {
      const again = await ask(server, '/v1/feeds/orders.json?brand=alpina', reader, { 'if-none-match': known });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    for (const [path, key] of [['/v1/feeds/orders.json?brand=alpina&limit=2', reader], ['/v1/feeds/orders.csv?brand=alpina', reader], ['/v1/feeds/orders.json?brand=alpina', alpina]] as const) {
      expect((await ask(server, path, key, { 'if-none-match': etag })).status).toBe(200);
    }
    await setState(suite, 'running');
    const writing = await ask(server, '/v1/feeds/orders.json?brand=alpina', reader, { 'if-none-match': etag });
    expect([writing.status, writing.headers.get('etag'), writing.headers.get('cache-control')]).toEqual([200, null, 'no-store']);
    await setState(suite, 'succeeded');
    expect((await ask(server, '/v1/feeds/orders.json?brand=alpina', reader, { 'if-none-match': etag })).status).toBe(200);
  });

  test('answers HEAD with its headers alone', async () => {
    const answer = await fetch(`${server.address}/v1/feeds/orders.csv`, { method: 'HEAD', headers: { authorization: reader.bearer } });
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([200, (await ask(server, '/v1/feeds/orders.csv')).headers.get('etag'), '']);
  });

  test('of more rows than it may have is refused as a whole, unless somebody says how many', async () => {
    const small = await feedServer(suite.database, {}, { max_rows: 8 });
    const answer = await ask(small, '/v1/feeds/orders.csv');
    expect([answer.status, answer.headers.get('etag'), await answer.json()]).toEqual([400, null, expect.objectContaining({ type: 'urn:hub:problem:too_many_rows', errors: [expect.objectContaining({ parameter: 'limit' })] })]);
    expect((await (await ask(small, '/v1/feeds/orders.csv?limit=8')).text()).split('\r\n')).toHaveLength(10);
    expect((await ask(small, '/v1/feeds/orders.csv?brand=alpina')).status).toBe(200);
    expect((await ask(small, '/v1/feeds/orders.csv?limit=9')).status).toBe(400);
  });

  test('is of one moment, however long it is read; whoever goes away in between keeps nobody waiting', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => ({ order: `more_${String(n).padStart(5, '0')}`, brand: 'alpina', currency: 'EUR', note: 'x'.repeat(400) }));
    await suite.database.write((tx) => tx.batchInsert('vector_orders', many, 500));
    const reading = suite.openAgain();
    const slow = await feedServer(reading);
    // The embedded database reads one at a time.
    const answers = await Promise.all((suite.dialect === 'mysql' ? [0, 1, 2, 3] : [0]).map(() => ask(slow, '/v1/feeds/orders.csv')));
    for (const answer of answers) await answer.body?.cancel();
    const whole = await ask(slow, '/v1/feeds/orders.csv?brand=alpina');
    await suite.database.write((tx) => tx('vector_orders').insert({ order: 'zzz', brand: 'alpina', currency: 'EUR' }));
    expect((await whole.text()).split('\r\n')).toHaveLength(20_000 + 3 + 2);
    expect((await ask(slow, '/v1/feeds/orders.csv?order=zzz')).status).toBe(200);
    await suite.database.write((tx) => tx('vector_orders').where('order', 'like', 'more%').orWhere({ order: 'zzz' }).delete());
  });

  test('that fails before its first row is a problem; after it, the connection ends and nobody takes it for whole', async () => {
    const broken = async (after: number): Promise<Response> => {
      const streamRows: Database['dialect']['streamRows'] = async function* (...given) {
        let count = 0;
        for await (const block of suite.database.dialect.streamRows(...given)) {
          for (const row of block) {
            if (count++ === after) throw Object.assign(new Error('anna@mail.ch is gone'), { code: 'ECONNRESET' });
            yield [row];
          }
        }
      };
      const database: Database = { ...suite.database, dialect: { ...suite.database.dialect, streamRows } };
      return ask(await feedServer(database), '/v1/feeds/orders.csv');
    };
    const before = await broken(0);
    expect(before.status).toBeGreaterThanOrEqual(500);
    expect(await before.text()).toMatch(/^\{"type":"urn:hub:problem:/);
    const cut = await broken(3);
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toThrow();
  });
});

async function setState(suite: TestDatabase, status: string): Promise<void> {
  await suite.database.write(async (tx) => {
    await tx('counters').insert({ name: 'change_no', value: 7 }).onConflict('name').merge();
    await tx('job_runs').insert({ run_id: 'r', command: 'enrich', brands: 'alpina', shard: '1/1', status, change_no: 7, started_at: '2026-11-20 05:00:00.000000', host: 'h', pid: 1, version: '1', params: '{}' }).onConflict('run_id').merge();
  });
}

test('a server without a database says of feeds that they come again, and takes leads all the same', async () => {
  const database = openDatabase('mysql://nobody:x@127.0.0.1:1/none');
  atEndOfFile(() => database.close());
  const server = await testServer({ parts: ['feeds', 'leads'], keys: storeOf(reader), feeds: { feeds: () => new Map([['orders', vectorFeed()]]), database: () => database } });
  const answer = await ask(server, '/v1/feeds/orders.json');
  expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toMatchObject([503, '5', { type: 'urn:hub:problem:database_unavailable' }]);
  expect((await fetch(`${server.address}/l/frm_one?email=a`, { redirect: 'manual' })).status).toBe(303);
});
