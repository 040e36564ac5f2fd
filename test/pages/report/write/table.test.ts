import { expect, test } from '@jest/globals';

import type { Block } from '../../../../src/pages/report/declare/page.ts';
import { blockTable, shownText, valueText } from '../../../../src/pages/report/write/table.ts';

const block: Block = {
  scope: '*',
  currency: 'EUR',
  columns: [{ name: 'month', title: 'Month', kind: 'text' }, { name: 'net', title: 'Net', kind: 'money' }],
  rows: [['Average', 150], ['2026-01', 100], ['2026-02', 200], ['<2026-03>', null]],
  sums: 1,
  shown: { rows: 2, from: 'end' },
  incomplete: '2026-02',
};

test('a table shows its sums and the newest rows, marks what is not over, and escapes texts', () => {
  const html = blockTable(block);
  expect(html.match(/<th scope="row">.*?<\/th>/g)).toEqual(['<th scope="row">Average</th>', '<th scope="row">2026-02 <small>not over</small></th>', '<th scope="row">&lt;2026-03&gt;</th>']);
  expect(html).toContain('<td>–</td>');
  expect(shownText(block)).toBe('The newest 2 of 3 rows; the data files have all.');
  expect(shownText({ ...block, shown: { rows: 3, from: 'start' } })).toBe('');
});

test('a heat map is darkest where the value is largest, and leaves out columns of the data files', () => {
  const html = blockTable({ ...block, heat: true });
  expect(html).toMatch(/class="h4">1\.50<.*class="h5">2\.00</s);
  expect(blockTable({ ...block, unshown: new Set(['net']) })).not.toContain('Net');
});

test('the name of a page is a link to it, and rows of texts can be stacked on a phone', () => {
  const columns = [{ name: 'what', title: 'What', kind: 'text' }, { name: 'page', title: 'Page', kind: 'page' }] as const;
  const html = blockTable({ scope: '*', currency: null, columns, rows: [['Out of stock', 'stock'], ['Late', null]], stacked: true });
  expect(html).toContain('<table class="stacked">');
  expect(html.match(/<td.*?<\/td>/g)).toEqual(['<td class="text"><a href="stock.html">stock</a></td>', '<td class="text">–</td>']);
});

test.each([
  [-123_450, 'money', 'EUR', '−1,234.50'],
  [0.3333, 'percent', null, '33.3 %'],
  [1_234_567, 'count', null, '1,234,567'],
  [-2.5678, 'number', null, '−2.57'],
  [2.5, 'multiple', null, '2.50'],
  [596.4, 'days', null, '596'],
  [-4, 'days', null, '0'],
  [null, 'money', 'EUR', '–'],
  ['none', 'text', null, 'none'],
] as const)('%p as %s is written for people', (value, kind, currency, expected) => {
  expect(valueText(value, kind, currency)).toBe(expected);
});
