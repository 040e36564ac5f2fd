import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { StoredValues } from '../../src/db/dialect.ts';
import { csvCell, type CsvOptions } from '../../src/served-feeds/format/csv.ts';
import type { ColumnType } from '../../src/served-feeds/declare/column-types.ts';
import { cursorValues, rowShower } from '../../src/served-feeds/format/shown-row.ts';
import { encodeCursor } from '../../src/served-feeds/query/cursor.ts';
import { parseParameters } from '../../src/served-feeds/query/parameters.ts';
import { parseQuery } from '../../src/served-feeds/query/parse-query.ts';
import { readFeed } from '../../src/served-feeds/read/read-feed.repository.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import vectors from '../vectors/serve.json' with { type: 'json' };
import { dropVectorTable, makeVectorTable, vectorFeed } from './vector-feed.ts';

const { cases, cells } = vectors.feeds;
const feed = vectorFeed();
const JSON_BOUNDS = { most: 10_000, usual: 1_000, hasCursor: true };

interface Page {
  readonly rows: Record<string, unknown>[];
  readonly next: string | undefined;
}

async function page(suite: TestDatabase, query: string, brands: readonly string[] | null = null): Promise<Page | { readonly param: string; readonly code: string }> {
  const { list, faults } = parseParameters(query);
  const parsed = faults.length > 0 ? { faults } : parseQuery(feed, list, JSON_BOUNDS);
  if ('faults' in parsed) return { param: parsed.faults[0]?.parameter ?? '', code: parsed.faults[0]?.code ?? '' };
  const limit = parsed.query.limit ?? 0;
  let found: Page = { rows: [], next: undefined };
  await readFeed(suite.database, { feed, query: parsed.query, brands, rows: limit + 1, signal: new AbortController().signal }, async ({ columns, blocks }) => {
    const show = rowShower(parsed.query, columns, feed.currency?.name);
    const stored: StoredValues[] = [];
    for await (const block of blocks) stored.push(...block);
    const names = parsed.query.outputs.map(({ name }) => name);
    const last = stored.length > limit ? stored[limit - 1] : undefined;
    found = {
      rows: stored.slice(0, limit).map((row) => Object.fromEntries(show(row).map((value, place) => [String(names[place]), value] as const))),
      next: last === undefined ? undefined : encodeCursor(parsed.query.fingerprint, cursorValues(parsed.query, columns, last)),
    };
  });
  return found;
}

describeEachDatabase('the feeds of the vectors', (suite) => {
  beforeAll(() => makeVectorTable(suite.database));
  afterAll(() => dropVectorTable(suite.database));

  test.each(cases)('$name', async ({ query, expect: expected }) => {
    const found = await page(suite, query);
    if ('code' in found) {
      expect({ status: 400, ...found }).toEqual(expected);
      return;
    }
    const { orders, rows, ...rest } = expected as { orders?: string[]; rows?: object[]; status: number; more: boolean };
    expect({ status: 200, more: found.next !== undefined }).toEqual(rest);
    if (orders !== undefined) expect(found.rows.map(({ order }) => order)).toEqual(orders);
    if (rows !== undefined) expect(found.rows).toEqual(rows);
  });

  test.each(['', 'sort=-ordered_at', 'sort=market,-is_new', 'sort=-market', 'sort=status,-items', 'group=market,currency&measures=orders&sort=-orders', 'period=month&group=brand&measures=items', 'group=status&measures=first_order&sort=-first_order'])(
    'pages of one row are the same rows in the same order, none twice and none left out: %s',
    async (query) => {
      const whole = (await page(suite, query)) as Page;
      const found: unknown[] = [];
      let cursor: string | undefined = '';
      for (let pages = 0; cursor !== undefined && pages < 20; pages++) {
        const next: Page = (await page(suite, `${query}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)) as Page;
        found.push(...next.rows);
        cursor = next.next;
      }
      expect(found).toEqual(whole.rows);
    },
  );

  test('only rows of the brands of a key are there, whatever the query says, and none for a key of no brand', async () => {
    for (const query of ['', 'brand=belmont', 'brand.not=alpina', 'brand.null=false', "brand=alpina'%20or%20'1'='1"]) {
      const { rows } = (await page(suite, query, ['alpina'])) as Page;
      expect(rows.filter(({ brand }) => brand !== 'alpina')).toEqual([]);
    }
    expect(((await page(suite, 'group=brand&measures=orders', ['alpina'])) as Page).rows).toEqual([{ brand: 'alpina', orders: 3 }]);
    expect(((await page(suite, '', [])) as Page).rows).toEqual([]);
  });

  test('a cursor is of its feed and its query alone', async () => {
    const first = (await page(suite, 'limit=1')) as Page;
    for (const query of [`brand=alpina&cursor=${first.next ?? ''}`, `sort=brand&cursor=${first.next ?? ''}`, 'cursor=e30', 'cursor=', `cursor=${encodeCursor('0000000000000000', ['a', 'b'])}`]) {
      expect(await page(suite, query)).toEqual({ param: 'cursor', code: 'invalid_value' });
    }
    expect(((await page(suite, `limit=2&cursor=${first.next ?? ''}`)) as Page).rows).toHaveLength(2);
  });

  test('texts are the same only byte by byte, in letters, case, blanks at their end and other alphabets', async () => {
    for (const query of ['brand=Alpina', 'brand=alpina%20', 'market=fr', 'market=F%C3%84', 'brand=%C3%A4', 'order.starts=ORD', 'status.starts=Activ%20', 'market=%F0%9F%98%80', 'brand.gt=%C3%A4', 'brand.not=alpina,belmont,corvina,%C3%A4']) expect(((await page(suite, query)) as Page).rows).toEqual([]);
    expect(((await page(suite, 'status.starts=Activ')) as Page).rows).toHaveLength(1);
    expect(((await page(suite, 'market.starts=')) as Page).rows).toHaveLength(8);
    expect(((await page(suite, 'status.not=active%20')) as Page).rows).toHaveLength(9);
  });
});

describe('the cells of the vectors', () => {
  test.each(cells)('$value ($type) is $expect', ({ value, type, options, expect: expected }) => {
    expect(csvCell(value, type as ColumnType, { delimiter: ',', decimal: '.', ...(options as Partial<CsvOptions>) })).toBe(expected);
  });
});
