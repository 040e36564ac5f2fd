import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { stringify } from 'csv-stringify';
import { createConnection } from 'mysql2';
import type { Connection } from 'mysql2/promise';

import { openDatabase } from '../src/db/database.ts';
import { feedStream } from '../src/serve/feeds/answer.ts';
import { catalog } from '../src/served-feeds/declare/catalog.ts';
import { compileFeeds, requireSoundFeeds } from '../src/served-feeds/declare/feeds-file.ts';
import type { ServedFeed } from '../src/served-feeds/declare/served-feed.ts';
import { parseQuery } from '../src/served-feeds/query/parse-query.ts';
import { readFeed } from '../src/served-feeds/read/read-feed.repository.ts';
import { systemClock } from '../src/core/time.ts';

const DIGITS = 'select 0 as d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9';
const ROWS_AT_ONCE = 100_000;
const COLUMNS = { order: 'public_id', brand: 'brand', market: 'market', ordered_at: 'ordered_at', currency: 'currency', status: 'status', new_customer: 'is_new_customer', invoiced: 'invoiced', credited: 'credited', paid: 'paid', refunded: 'refunded', balance: 'balance', outstanding: 'outstanding' };

/** Stores orders, made by the server itself. */
export async function storeOrders(connection: Connection, rows: number): Promise<void> {
  for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
    await connection.query(
      `insert into orders (brand, account_id, order_id, public_id, person_id, customer_account_id, market, currency, ordered_at, status, is_new_customer, invoiced, credited, paid, refunded, balance, outstanding, checksum, created_run, updated_at, change_no)
       select elt(n % 3 + 1, 'alpina', 'belmont', 'corvina'), lpad(hex(n), 32, '0'), lpad(hex(n), 32, '0'), concat('ord_', left(sha2(n, 256), 24)), left(sha2(n, 256), 32), lpad(hex(n), 32, '0'), elt(n % 5 + 1, 'FR', 'DE', 'CH', 'JP', 'US'), 'EUR',
         date_add('2020-01-01', interval n % 2000 day), 'active', n % 2, n * 7 % 100000, 0, n * 7 % 100000, 0, 0, 0, '0000000000000000', 'bench', '2026-01-01', 1
       from (select ? + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as n from (${DIGITS}) a, (${DIGITS}) b, (${DIGITS}) c, (${DIGITS}) e, (${DIGITS}) f) numbers where n < ?`,
      [start, rows],
    );
  }
}

/** Reads all orders as a CSV, as the server does it behind its check of keys. @returns bytes */
export async function readCsvFeed(url: string): Promise<number> {
  const database = openDatabase(url);
  const feed = ordersFeed();
  const parsed = parseQuery(feed, [], { most: feed.maxRows, usual: undefined, hasCursor: false });
  if ('faults' in parsed) throw new Error('the feed of the measurement cannot be asked for');
  const { signal } = new AbortController();
  const { query } = parsed;
  const asked = { feed, format: 'csv', options: { bom: true, delimiter: ',', decimal: '.' }, query, parameters: [], brands: null } as const;
  try {
    const { text } = await feedStream(asked, (take) => readFeed(database, { feed, query, brands: null, rows: undefined, refusedAbove: feed.maxRows, signal }, take), systemClock, signal);
    return await bytesOf((sink) => pipeline(text, sink));
  } finally {
    await database.close();
  }
}

/** The same columns of the same rows, from the bare driver into csv-stringify. @returns bytes */
export async function readCsvBare(url: string): Promise<number> {
  const connection = createConnection({ uri: url, dateStrings: true });
  const rows = connection.query(`select ${Object.values(COLUMNS).join(', ')} from orders order by public_id`).stream();
  try {
    return await bytesOf((sink) => pipeline(rows, stringify({ header: true }), sink));
  } finally {
    connection.end();
  }
}

function ordersFeed(): ServedFeed {
  const text = JSON.stringify({ feeds: { orders: { table: 'orders', columns: COLUMNS, key: 'order', currency: 'currency', max_rows: 100_000_000 } } });
  const feed = requireSoundFeeds(compileFeeds({ file: 'feeds.yaml', text }, catalog)).feeds.get('orders');
  if (feed === undefined) throw new Error('the feed of the measurement is not declared');
  return feed;
}

/** Lets something be written to whoever only counts, as far away as a socket is. */
async function bytesOf(write: (sink: Writable) => Promise<void>): Promise<number> {
  let bytes = 0;
  const count = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      bytes += Buffer.byteLength(chunk);
      setImmediate(done);
    },
  });
  const sink = new PassThrough();
  await Promise.all([write(sink), pipeline(sink, count)]);
  return bytes;
}
