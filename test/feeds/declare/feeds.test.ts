import { expect, test } from '@jest/globals';

import { readConfigFile } from '../../../src/config-file.ts';
import { declaredFeeds, requireFolder } from '../../../src/feeds/declare/feeds.ts';
import { feedsFile } from '../../support/lakes/feed-lake.ts';

/** The feeds of a text that begins on line 3 of the file. */
const read = (text: string) => declaredFeeds(readConfigFile(feedsFile(text)).feeds);
const withStream = (stream: string, more = ''): string => `feeds:\n  - brand: alpina\n    where: in/{entity}.csv\n${more}    streams:\n${stream}`;

test('a stream has the path and the form of its entry, but for what it says of its own', () => {
  const feeds = read(withStream('      invoice:\n      account: { file: kunden, where: "{yyyy}{mm}{dd}/{entity}", format: { delimiter: "|" }, columns: { account_number: No, Name: { from: [a, b], with: " " } } }\n', '    named: ALP\n    format: { delimiter: ";", decimal: comma }\n'));
  expect(feeds.map(({ entity, brand, template, words, file, values }) => [entity.name, brand, template.text, words, file.csv.delimiter, values.decimal])).toEqual([
    ['invoice', 'alpina', 'in/{entity}.csv', { entity: 'invoice', brand: 'ALP' }, ';', 'comma'],
    ['account', 'alpina', '{yyyy}{mm}{dd}/{entity}', { entity: 'kunden', brand: 'ALP' }, '|', 'comma'],
  ]);
  expect([...(feeds[1]?.columns ?? [])]).toEqual([['AccountNumber', { from: 'No' }], ['Name', { from: ['a', 'b'], with: ' ' }]]);
});

test.each([
  ['a brand that there is not', 'feeds:\n  - brand: alpine\n    where: a.csv\n    streams: { invoice: }\n', /:4: "feeds\.0\.brand" is none of the brands that are declared/],
  ['an entity that there is not', withStream('      invoices: {}\n'), /:7: "feeds\.0\.streams\.invoices" is no entity\. Did you mean invoice\? Use one of/],
  ['a stream of a platform', withStream('      stripe_charges: {}\n'), /:7: .* is no entity/],
  ['a column that there is not', withStream('      invoice:\n        columns:\n          Id: a\n          Ammount: b\n'), /:10: "feeds\.0\.streams\.invoice\.columns\.Ammount" is no column of invoice\. Did you mean Amount\?/],
  ['a column that is named twice', withStream('      invoice:\n        columns:\n          AccountId: a\n          account_id: b\n'), /:10: .* names the column AccountId, as AccountId does/],
  ['a key that is misspelt in a format', withStream('      invoice: {}\n', '    format: { delimeter: ";" }\n'), /:6: "feeds\.0\.format\.delimeter" is no key that belongs here\. Did you mean delimiter\?/],
  ['a key that is misspelt in a column', withStream('      invoice:\n        columns:\n          Amount: { form: total }\n'), /:9: .*\.form" is no key that belongs here\. Did you mean from\?/],
  ['an encoding that there is not', withStream('      invoice: {}\n', '    format: { encoding: utf8859 }\n'), /:6: "feeds\.0\.format\.encoding" is no encoding that hub can read\. Did you mean/],
  ['a pattern that fits no date', withStream('      invoice: {}\n', '    format: { dates: [dd.MM] }\n'), /:6: "feeds\.0\.format\.dates\.0" fits no date: it has no year/],
  ['a delimiter of two characters', withStream('      invoice: {}\n', '    format: { delimiter: "||" }\n'), /:6: "feeds\.0\.format\.delimiter" must be one character/],
  ['thousands that are the decimal sign', withStream('      invoice: {}\n', '    format: { decimal: comma, thousands: "," }\n'), /:6: "feeds\.0\.format\.thousands" is the sign that stands before the places/],
  ['a zone that there is not', withStream('      invoice: {}\n', '    format: { zone: Europe/Bern }\n'), /:6: "feeds\.0\.format\.zone" must be a time zone/],
  ['a path that is none', 'feeds:\n  - brand: alpina\n    where: "{entty}.csv"\n    streams: { invoice: }\n', /:5: "feeds\.0\.where" holds \{entty\}.* Did you mean entity\?/],
  ['no path at all', 'feeds:\n  - brand: alpina\n    streams:\n      invoice:\n', /:6: "feeds\.0\.streams\.invoice" has no path/],
  ['one path of two streams', 'feeds:\n  - brand: alpina\n    where: a.csv\n    streams:\n      invoice:\n      account:\n', /:7: .* shares its path with the others/],
  ['the same stream twice', `${withStream('      invoice: {}\n')}  - brand: alpina\n    where: b/{entity}\n    streams:\n      invoice: {}\n`, /:11: "feeds\.1\.streams\.invoice" is declared twice for alpina/],
  ['a column with neither header nor value', withStream('      invoice:\n        columns:\n          Amount: { sign: negate }\n'), /:9: .* needs either from, a header, or value/],
  ['snapshots of what is never deleted', withStream('      open:\n        keep: snapshot\n'), /:8: "feeds\.0\.streams\.open\.keep" cannot be snapshot: no row of open is ever deleted/],
  ['elements of a list in a file that has none', withStream('      invoice:\n        each: lines\n'), /:8: "feeds\.0\.streams\.invoice\.each" is for lines of JSON/],
  ['a time that is none', withStream('      invoice: {}\n', '    expect: { every: daily }\n'), /:6: "feeds\.0\.expect\.every" must be a number with a unit, such as 24h/],
  ['a way to keep rows that there is not', withStream('      invoice: {}\n', '    keep: full\n'), /:6: "feeds\.0\.keep" must be increments or snapshot/],
  ['a sign of what is no amount', withStream('      invoice:\n        columns:\n          InvoiceDate: { from: a, sign: negate }\n'), /:9: .* is no amount/],
  ['minor units of no currency', withStream('      invoice_item:\n        columns:\n          ChargeAmount: { from: a, unit: minor }\n'), /:9: .* in minor units of a currency that invoice_item does not tell/],
])('%s is a message with its line', (_, text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('feeds need a lake that is a folder', () => {
  expect(requireFolder('file:/data/lake')).toBe('/data/lake');
  expect(() => requireFolder('athena://a/b')).toThrow(/names another one/);
});
