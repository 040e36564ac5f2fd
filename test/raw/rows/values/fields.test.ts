import { expect, test } from '@jest/globals';

import { scannerOf } from '../../../../src/raw/rows/values/fields.ts';
import type { Column } from '../../../../src/sources/contract/contract.ts';
import { scanned } from './scanned.ts';

const columnOf = (kind: Column['kind'], values?: readonly string[]): Column => ({ kind, values }) as unknown as Column;
const ID = '0123456789abcdef0123456789abcdef';

test.each<[Column['kind'], string, string]>([
  ['id', ID, ID],
  ['text', 'None, "Gruber"', 'None, "Gruber"'],
  ['decimal', '12.50', '12.5'],
  ['decimal', '-3.00', '-3'],
  ['decimal', '0.1', '0.1'],
  ['decimal', '123456789012345.123456789', '123456789012345.123456789'],
  ['integer', '120', '120'],
  ['integer', '0', '0'],
  ['currency', 'eur', 'EUR'],
  ['currency', 'ClF', 'CLF'],
])('a %s %j is written as %j', (kind, value, expected) => expect(scanned(scannerOf(columnOf(kind)), value)).toBe(expected));

test.each<[Column['kind'], string]>([
  ['id', ID.toUpperCase()],
  ['id', ID.slice(1)],
  ['id', 'null'],
  ['text', 'a\\b'],
  ['text', 'a\nb'],
  ['decimal', '012.5'],
  ['decimal', '-0.5'],
  ['decimal', '1.1234567891'],
  ['decimal', '1e5'],
  ['decimal', '1.'],
  ['decimal', '1,5'],
  ['decimal', '1234567890123456'],
  ['integer', '01'],
  ['integer', '-1'],
  ['currency', 'ABC'],
  ['currency', 'EU'],
])('a %s %j is left to its parser', (kind, value) => expect(scanned(scannerOf(columnOf(kind)), value)).toBeUndefined());

test('yes and no are written as 1 and 0, whatever their case', () => {
  const scan = scannerOf(columnOf('boolean'));
  expect(['true', 'TRUE', 'False', 'maybe'].map((value) => scanned(scan, value))).toEqual(['1', '1', '0', undefined]);
});

test('a listed value is written as it stands, any other spelling is left to the parser', () => {
  const scan = scannerOf(columnOf('enum', ['Draft', 'Posted']));
  expect(['Posted', 'posted', 'Post'].map((value) => scanned(scan, value))).toEqual(['Posted', undefined, undefined]);
});

test('a bounded decimal of more than nine digits before the point is left to its parser', () => {
  const scan = scannerOf({ ...columnOf('decimal'), most: 9_007_199_254 });
  expect(['123456789.50', '-9.10', '1234567890', '-1234567890.5'].map((value) => scanned(scan, value))).toEqual(['123456789.5', '-9.1', undefined, undefined]);
});
