import { expect, test } from '@jest/globals';

import type { Block } from '../../../../src/pages/report/declare/page.ts';
import { csvFile, jsonFile } from '../../../../src/pages/report/write/data-files.ts';
import type { ReadSection } from '../../../../src/pages/report/write/read-page.ts';

const euros: Block = {
  scope: '*',
  currency: 'EUR',
  columns: [{ name: 'month', title: 'Month', kind: 'text' }, { name: 'net', title: 'Net', kind: 'money' }, { name: 'rate', title: 'Rate', kind: 'percent' }],
  rows: [['2026-02', -123_450, 1 / 3], ['2026-03', 5, null]],
  incomplete: '2026-03',
};
const yen: Block = { ...euros, scope: 'alpina', currency: 'JPY', columns: [{ name: 'month', title: 'Month', kind: 'text' }, { name: 'code', title: 'Code', kind: 'text' }, { name: 'net', title: 'Net', kind: 'money' }], rows: [['2026-02', '=SUM(A1)', 500]] };
const read: ReadSection = { section: { name: 'net', title: 'Net', definition: 'What is left.', unit: 'amounts' }, blocks: [euros, yen], coverage: 'All.' };

test('a CSV file has a row for each of all blocks, exact amounts, and no formula', () => {
  const { name, rows, text } = csvFile('revenue', read);
  expect({ name, rows }).toEqual({ name: 'data/revenue/net.csv', rows: 3 });
  expect(text).toBe("scope,currency,month,net,rate,code,complete\n*,EUR,2026-02,-1234.50,0.333333,,yes\n*,EUR,2026-03,0.05,,,no\nalpina,JPY,2026-02,500,,'=SUM(A1),yes\n");
});

test('a JSON file has the same rows, and says what they are', () => {
  const { name, rows, text } = jsonFile('revenue', read, '2026-03-18');
  expect({ name, rows }).toEqual({ name: 'data/revenue/net.json', rows: 3 });
  expect(JSON.parse(text)).toMatchObject({
    ...{ table: 'net', definition: 'What is left.', unit: 'amounts', coverage: 'All.', as_of: '2026-03-18' },
    columns: expect.arrayContaining([{ name: 'net', title: 'Net', unit: 'major units of the currency' }]),
    rows: [{ scope: '*', currency: 'EUR', month: '2026-02', net: '-1234.50', complete: 'yes' }, { net: '0.05', rate: null, complete: 'no' }, { code: '=SUM(A1)', net: '500' }],
  });
});
