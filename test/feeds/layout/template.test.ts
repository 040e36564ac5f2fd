import { expect, test } from '@jest/globals';

import { batchOfPath, parseTemplate, type Template } from '../../../src/feeds/layout/template.ts';

const WORDS = { entity: 'invoices', brand: 'alpina' };
const template = (text: string): Template => {
  const parsed = parseTemplate(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
};
const batch = (text: string, path: string) => batchOfPath(template(text), WORDS, path.split('/'));

test.each([
  ['exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz', 'exports/2026/03/20/invoices_01.csv.gz', '20260320T000000Z'],
  ['{brand}/{entity}-{yyyy}{mm}{dd}{HH}{MM}.csv', 'alpina/invoices-202603201530.csv', '20260320T153000Z'],
  ['in/{yyyy}-{mm}-{dd}/{yyyy}{mm}{dd}_{entity}.?sv', 'in/2026-03-20/20260320_invoices.tsv', '20260320T000000Z'],
  ['{entity}/{batch}/*', 'invoices/2026-03-20T10:00:00Z/a', '20260320T100000Z'],
  ['{entity}.csv', 'invoices.csv', 'by time'],
])('%s finds %s', (text, path, found) => {
  expect(batch(text, path)).toBe(found);
});

test.each([
  ['exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz', 'exports/2026/02/30/invoices_01.csv.gz'],
  ['exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz', 'exports/2026/03/20/invoice_items_01.csv.gz'],
  ['in/{yyyy}-{mm}-{dd}/{yyyy}{mm}{dd}_{entity}.csv', 'in/2026-03-20/20260321_invoices.csv'],
  ['{entity}.csv', 'in/invoices.csv'],
  ['a.b/{entity}.csv', 'axb/invoices.csv'],
  ['{entity}/{batch}/*', 'invoices/today/a'],
])('%s does not find %s', (text, path) => {
  expect(batch(text, path)).toBeUndefined();
});

test('its root is what every file of it lies in', () => {
  expect(template('a/b/{entity}/c/*.csv').root).toEqual(['a', 'b']);
  expect(template('a/b.csv').root).toEqual(['a']);
  expect(template('{entity}.csv').root).toEqual([]);
});

test.each([
  ['/exports/{entity}.csv', /^must be a path below the lake/],
  ['s3://bucket/{entity}.csv', /^must be a path below the lake/],
  ['a/../{entity}.csv', /without empty folders, \. and \.\.$/],
  ['{entty}/*.csv', /^holds \{entty\}, which stands for nothing\. Did you mean entity\?/],
  ['{mm}/{dd}/{entity}.csv', /^tells only a part of a day/],
  ['{yyyy}/{mm}/{entity}.csv', /^tells only a part of a day/],
  ['{batch}/{yyyy}{mm}{dd}.csv', /^tells the batch twice/],
  ['{entity/*.csv', /brace/],
  ['**/{entity}.csv', /not \*\*/],
])('%s is no template', (text, fault) => {
  expect(parseTemplate(text)).toMatch(fault);
});
