import { expect, test } from '@jest/globals';

import { readConfigFile } from '../../../src/config-file.ts';
import { declaredFeeds } from '../../../src/feeds/declare/feeds.ts';
import { profiles } from '../../../src/feeds/profiles/index.ts';
import { feedsFile } from '../../support/lakes/feed-lake.ts';

const read = (text: string) => declaredFeeds(readConfigFile(feedsFile(text)).feeds);
const entry = (name: string, more = ''): string => `feeds:\n  - brand: alpina\n    profile: ${name}\n    where: "{entity}.csv"\n${more}`;

test.each([...profiles])('%s has its sources, and columns that are hub\'s', (name, { sources, yours, streams }) => {
  const feeds = read(entry(name));
  expect(feeds.map(({ entity }) => entity.name)).toEqual(Object.keys(streams));
  expect(feeds.map(({ words }) => words.entity)).toEqual(Object.values(streams).map(({ file }) => file));
  expect(sources.length).toBeGreaterThan(0);
  for (const { url, read: day } of sources) expect([url, day]).toEqual([expect.stringMatching(/^https:/), expect.stringMatching(/^20\d\d-\d\d-\d\d$/)]);
  expect(yours.length).toBeGreaterThan(0);
});

test('an entry says more than its profile, or otherwise, and leaves out what it does not have', () => {
  const more = '    format: { zone: America/Denver }\n    keep: snapshot\n    streams:\n      account: { file: konten, columns: { Currency: { value: CHF }, parent_id: false } }\n      credit_memo: false\n      amendment: { columns: { Code: Kode } }\n';
  const feeds = read(entry('recurly', more));
  const account = feeds.find(({ entity }) => entity.name === 'account');
  expect(feeds.map(({ entity }) => entity.name)).not.toContain('credit_memo');
  expect(feeds.at(-1)).toMatchObject({ entity: { name: 'amendment' }, isSnapshot: true, values: { zone: 'America/Denver', dates: ['yyyy-MM-dd HH:mm:ss zzz'] } });
  expect(account).toMatchObject({ words: { entity: 'konten' }, isSnapshot: true });
  expect(account?.columns.get('Currency')).toEqual({ value: 'CHF' });
  expect(account?.columns.has('ParentId')).toBe(false);
  // Of a profile's columns only those that hub requires must be there.
  expect([account?.columns.get('Id'), account?.columns.get('Name')]).toMatchObject([{ from: 'account_code', optional: false }, { optional: true }]);
});

test('a profile that there is not, and an entry with neither profile nor streams, are messages with their line', () => {
  expect(() => read(entry('recurli'))).toThrow(/:5: "feeds\.0\.profile" is no profile\. Did you mean recurly\?/);
  expect(() => read('feeds:\n  - brand: alpina\n    where: a.csv\n')).toThrow(/"feeds\.0\.streams" must name a stream, or the entry a profile/);
  expect(() => read(entry('chargebee', '    streams:\n      account:\n        columns:\n          Nme: x\n'))).toThrow(/:10: "feeds\.0\.streams\.account\.columns\.Nme" is no column of account\. Did you mean Name\?/);
});
