import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import type { ColumnType as StoredType } from '../../src/db/dialect.ts';
import { catalog } from '../../src/served-feeds/declare/catalog.ts';
import { compileFeeds, requireSoundFeeds } from '../../src/served-feeds/declare/feeds-file.ts';
import type { ColumnType } from '../../src/served-feeds/declare/column-types.ts';
import { parseQuery } from '../../src/served-feeds/query/parse-query.ts';
import { readFeed } from '../../src/served-feeds/read/read-feed.repository.ts';
import { declaredTables } from '../support/databases/declared-tables.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { PROJECT } from '../support/program/hub.ts';

const text = readFileSync(join(PROJECT, 'config', 'feeds.yaml'), 'utf8');
const shipped = requireSoundFeeds(compileFeeds({ file: 'config/feeds.yaml', text }, catalog)).feeds;
const specs = await declaredTables();

describe('the tables that can be served', () => {
  /** As what a column of a database may be shown. */
  const SHOWN: Readonly<Partial<Record<StoredType, readonly ColumnType[]>>> = {
    key: ['text'], text: ['text'], currency: ['text'], integer: ['integer', 'money'], boolean: ['boolean'], date: ['date'], instant: ['instant'], decimal: ['decimal'],
  };

  test.each(Object.entries(catalog))('have in %s columns that are there, of their types', (name, { columns, unique, hashes }) => {
    const stored = specs.find((spec) => spec.name === name)?.columns ?? {};
    for (const [column, type] of Object.entries(columns)) {
      const kind = (stored[column] ?? '').replace('!', '') as StoredType;
      expect([column, SHOWN[kind]?.includes(type)]).toEqual([column, true]);
    }
    expect(stored['brand']).toMatch(/^key/);
    for (const column of [...unique.flat(), ...hashes]) expect(Object.keys(columns)).toContain(column);
  });

  test('have neither personal data nor ids of hub or of the billing platform', () => {
    const personal = /person|account_id|^email$|name$|phone|address|^ip|^city|region|source_id|chain_id|subscription_id|item_id|product_id|gclid|fbclid|click_id|^sub\d|checksum|run|change_no|row_id/;
    const known = ['subscription_name', 'product_name', 'plan_name', 'campaign_name', 'ad_group_name', 'persons'];
    const found = Object.entries(catalog).flatMap(([name, { columns }]) => Object.keys(columns).filter((column) => personal.test(column) && !known.includes(column)).map((column) => `${name}.${column}`));
    expect(found).toEqual([]);
  });

  test('give hashes only to a feed that says so', () => {
    const declare = (more: string): ReturnType<typeof compileFeeds> => compileFeeds({ file: 'f', text: `feeds:\n  leads: { table: leads, columns: [lead_id, email_sha256], key: lead_id${more} }\n` }, catalog);
    expect(declare('').problems).toMatchObject([{ line: 2, key: 'feeds.leads.columns.1', message: expect.stringContaining('hashes: true') }]);
    expect(declare(', hashes: true').problems).toEqual([]);
  });
});

describeEachDatabase('each feed that comes with the program', (suite) => {
  test.each([...shipped.keys()])('can be read as it stands, filtered and added up: %s', async (name) => {
    const feed = shipped.get(name);
    if (feed === undefined) throw new Error(name);
    const currency = feed.currency === undefined ? [] : [{ name: feed.currency.name, value: 'EUR' }];
    const filters = [...feed.filters].filter((each) => each !== feed.currency?.name).map((each) => ({ name: `${each}.null`, value: 'false' }));
    const groups = feed.measures.size === 0 ? [] : [[{ name: 'group', value: feed.group.join(',') }, ...(feed.date === undefined ? [] : [{ name: 'period', value: 'week' }]), ...currency]];
    for (const parameters of [[], [...currency, ...filters], ...groups]) {
      const parsed = parseQuery(feed, parameters, { most: 10, usual: 5, hasCursor: true });
      if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
      for (const after of [undefined, parsed.query.order.map(() => null), parsed.query.order.map(({ output: { type } }) => (type === 'date' ? '2026-01-01' : type === 'instant' ? '2026-01-01 00:00:00.000000' : type === 'text' ? 'ä' : 1))]) {
        const rows: unknown[] = [];
        await readFeed(suite.database, { feed, query: { ...parsed.query, after }, brands: ['alpina'], rows: 6, refusedAbove: 10, signal: new AbortController().signal }, async ({ blocks }) => {
          for await (const block of blocks) rows.push(...block);
        });
        expect(rows).toEqual([]);
      }
    }
  });
});

describe('a faulty feeds.yaml', () => {
  const faults = (lines: string): string[] => compileFeeds({ file: 'feeds.yaml', text: `feeds:\n  orders:\n${lines}` }, catalog).problems.map(({ line, key, message }) => `${line} ${key} ${message}`);
  const good = '    table: orders\n    columns: { order: public_id, brand: brand, at: ordered_at, currency: currency, paid: paid }\n    key: order\n    currency: currency\n';

  test('is found sound where it is', () => {
    expect(faults(good)).toEqual([]);
  });

  test.each([
    ['a table that there is not', good.replace('table: orders', 'table: order'), /^3 feeds\.orders\.table is no table that can be served\. Did you mean orders\?/],
    ['a table with personal data', good.replace('table: orders', 'table: raw_leads'), /is no table that can be served/],
    ['a column that may not leave', good.replace('order: public_id', 'order: public_id, person: person_id'), /^4 feeds\.orders\.columns\.person names "person_id", which is no column of the table that may leave/],
    ['a word of queries as name', good.replace('at: ordered_at', 'limit: ordered_at'), /^4 feeds\.orders\.columns\.limit must be .* no word that queries/],
    ['a key that does not tell rows apart', good.replace('key: order', 'key: brand'), /^5 feeds\.orders\.key does not tell rows apart: it must have public_id/],
    ['amounts without a currency', good.replace('    currency: currency\n', ''), /has amounts: say by currency:/],
    ['a date that is none', `${good}    date: brand\n`, /^7 feeds\.orders\.date names a column of the type text, and needs one of: date, instant/],
    ['a filter of no column', `${good}    filters: [brandd]\n`, /^7 feeds\.orders\.filters\.0 names "brandd", which is no column of the feed\. Did you mean brand\?/],
    ['a sum of texts', `${good}    measures: { b: { fn: sum, of: brand } }\n`, /names a column of the type text, of which there is no sum/],
    ['a measure that is no function', `${good}    measures: { b: { fn: avg, of: paid } }\n`, /must be \{fn: count \| sum \| min \| max/],
    ['a key that does not belong there', `${good}    maxrows: 5\n`, /^7 feeds\.orders\.maxrows is no key that belongs here/],
    ['no YAML', '   {', /^\d+ /],
  ])('is named with its line: %s', (_what, lines, message) => {
    expect(faults(lines)).toEqual(expect.arrayContaining([expect.stringMatching(message)]));
  });

  test('cannot be used, and every fault is told', () => {
    const feeds = compileFeeds({ file: 'feeds.yaml', text: 'feeds:\n  a: { table: x, columns: [brand], key: brand }\n  B: {}\n' }, catalog);
    expect(() => requireSoundFeeds(feeds)).toThrow(/feeds\.yaml:\d+: .*no name of a feed/);
  });
});
