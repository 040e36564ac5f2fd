import { expect, test } from '@jest/globals';

import { sortableNumber } from '../../../src/orders/ledger/document-number.ts';

const sorted = (...numbers: string[]): string[] => numbers.sort((a, b) => (sortableNumber(a) < sortableNumber(b) ? -1 : 1));

test('numbers sort the way people count, each run of digits on its own', () => {
  expect(sorted('INV-10', 'INV-9', 'INV-00000011', 'CM-200')).toEqual(['CM-200', 'INV-9', 'INV-10', 'INV-00000011']);
  expect(sorted('2026-10-2', '2026-9-11', '2026-9-2')).toEqual(['2026-9-2', '2026-9-11', '2026-10-2']);
});

test('a document without a number comes first', () => {
  expect(sortableNumber(null) < sortableNumber('0')).toBe(true);
});
