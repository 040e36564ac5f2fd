import { expect, test } from '@jest/globals';

import type { Block } from '../../../../src/pages/report/declare/page.ts';
import { convert, withConverted } from '../../../../src/pages/report/write/converted.ts';
import { blockTable } from '../../../../src/pages/report/write/table.ts';
import { csvFile } from '../../../../src/pages/report/write/data-files.ts';

const RATES = { source: 'the bank', date: '2026-03-31', base: 'EUR', rates: { CHF: '1.0712', JPY: '0.0061' } };
const block = (currency: string | null, amount: number | null): Block => ({
  scope: '*',
  currency,
  columns: [{ name: 'month', title: 'Month', kind: 'text' }, { name: 'net', title: 'Net', kind: currency === null ? 'count' : 'money' }],
  rows: [['2026-03', amount]],
});

test('amounts are converted exactly, and rounded half to the even minor unit of the base', () => {
  expect(convert(10_000, 'CHF', RATES)).toBe(10_712);
  expect(convert(500, 'JPY', RATES)).toBe(305);
  expect(convert(5, 'CHF', { ...RATES, rates: { CHF: '0.5' } })).toBe(2);
  expect(convert(-15, 'CHF', { ...RATES, rates: { CHF: '0.1' } })).toBe(-2);
  expect(convert(7, 'EUR', RATES)).toBe(7);
  expect(convert(7, 'GBP', RATES)).toBeUndefined();
});

test('each amount has a converted column beside it, and a currency without a rate is named and left empty', () => {
  const { blocks, note } = withConverted([block('CHF', 10_000), block('EUR', 100), block('GBP', 100), block('CHF', null)], RATES);
  const { text } = csvFile('revenue', { section: { name: 'n', title: 't', definition: 'd', unit: 'u' }, blocks, coverage: '' });
  expect(text).toBe('scope,currency,month,net,net_eur\n*,CHF,2026-03,100.00,107.12\n*,EUR,2026-03,1.00,1.00\n*,GBP,2026-03,1.00,\n*,CHF,2026-03,,\n');
  expect(note).toBe(' Converted to EUR at the rates of the bank of 2026-03-31, all of the past at that one rate. There is no rate of GBP: left out of what is converted.');
});

test('a page shows it where it is another currency and the table stays narrow', () => {
  const [francs, euros] = withConverted([block('CHF', 10_000), block('EUR', 100)], RATES).blocks.map(blockTable);
  expect(francs).toContain('<th scope="col">Net, EUR</th>');
  expect(francs).toContain('<td>107.12</td>');
  expect(euros).not.toContain('Net, EUR');
  const wide = { ...block('CHF', 1), columns: Array.from({ length: 4 }, (_, index) => ({ name: `c${index}`, title: `C${index}`, kind: 'money' as const })), rows: [[1, 2, 3, 4]] };
  expect(blockTable(withConverted([wide], RATES).blocks[0] ?? wide)).not.toContain('EUR');
});

test('nothing is converted without rates, or where there are no amounts', () => {
  const counts = [block(null, 3)];
  expect(withConverted(counts, RATES)).toEqual({ blocks: counts, note: '' });
  expect(withConverted([block('CHF', 3)], undefined)).toEqual({ blocks: [block('CHF', 3)], note: '' });
});
