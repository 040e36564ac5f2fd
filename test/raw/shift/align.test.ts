import { expect, test } from '@jest/globals';

import { align, type Alignment, type Plan } from '../../../src/raw/shift/align.ts';
import { scoreOf } from '../../../src/raw/shift/score.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';

const score = scoreOf(['Id', 'Comments', 'InvoiceDate', 'Amount', 'TaxAmount'].map((name) => invoice.columns.find((column) => column.name === name)), false);
const id = '0123456789abcdef0123456789abcdef';

/** The cheapest reading of the fields under a plan. */
function best(fields: readonly (string | null)[], changes: Partial<Plan>): Alignment | undefined {
  const row = { fragments: fields.map((text) => ({ text, inside: false })), delimiter: ',', singles: [] };
  return align(score, { row, merges: 0, inserts: 0, lost: 0, reading: 'fields', cost: 0, ...changes }, 100).sort((a, b) => a.cost - b.cost)[0];
}

test('a row that is fine is read as it stands, at no cost', () => {
  expect(best([id, 'call me', '2026-01-05', '12.50', '2'], {})).toEqual({ cost: 0, values: [id, 'call me', '2026-01-05', '12.50', '2'], taken: [1, 1, 1, 1, 1], invalidAt: undefined });
});

test('a delimiter is restored in the free text that took it in', () => {
  expect(best([id, 'late', ' sorry', '2026-01-05', '12.50', '2'], { merges: 1 })).toMatchObject({ values: [id, 'late, sorry', '2026-01-05', '12.50', '2'], taken: [1, 2, 1, 1, 1], invalidAt: undefined });
});

test('a field that had been dropped is put in where everything fits again', () => {
  expect(best([id, '2026-01-05', '12.50', '2'], { inserts: 1 })).toMatchObject({ values: [id, null, '2026-01-05', '12.50', '2'], taken: [1, 0, 1, 1, 1], invalidAt: undefined });
});

test('the last column has no value where the table had no room for it', () => {
  expect(best([id, 'late', ' sorry', '2026-01-05', '12.50'], { merges: 1, lost: 1 })).toMatchObject({ values: [id, 'late, sorry', '2026-01-05', '12.50', null], taken: [1, 2, 1, 1], invalidAt: undefined });
});

test('a reading with a value that its column cannot hold says which', () => {
  expect(best([id, 'call me', 'tomorrow', '12.50', '2'], {})?.invalidAt).toBe(2);
});

test('readings dearer than the limit are not followed', () => {
  const row = { fragments: [id, 'call me', 'tomorrow', '12.50', '2'].map((text) => ({ text, inside: false })), delimiter: ',', singles: [] };
  expect(align(score, { row, merges: 0, inserts: 0, lost: 0, reading: 'fields', cost: 0 }, 1)).toEqual([]);
});
