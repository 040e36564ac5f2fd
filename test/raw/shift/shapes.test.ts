import { expect, test } from '@jest/globals';

import { fitsShape, isAtomic, likenessOf } from '../../../src/raw/shift/shapes.ts';
import type { Shape } from '../../../src/sources/contract/contract.ts';

test.each([
  ['0123456789abcdef0123456789abcdef', 'id'],
  ['2026-01-05', 'time'],
  ['2018-12-06 12:07:17.000000', 'time'],
  ['TRUE', 'boolean'],
  ['-12.50', 'amount'],
  ['42', 'number'],
  ['EUR', 'currency'],
  ['all', 'word'],
  ['anna@mail.invalid', 'email'],
  ['INV-00001', 'reference'],
  ['call me back', 'prose'],
  ['Gruber', 'word'],
])('%j looks like: %s', (text, expected) => expect(likenessOf(text)).toBe(expected));

test.each<[Shape, string, string]>([
  ['phone', '+43 1 234 567', '2026-01-05'],
  ['country', 'Austria', 'true'],
  ['postal_code', '1010', '2026-01-05'],
  ['card_mask', '************4242', 'Gruber'],
  ['sku', 'TEA-1', '12.50'],
  ['person_name', 'Anna Gruber', 'true'],
  ['email', 'anna@mail.invalid', 'anna'],
  ['reference', 'INV-00001', '12.50'],
  ['word', 'Electronic', 'true'],
  ['url', 'https://mail.invalid/a', 'mail.invalid'],
  ['ip_address', '192.0.2.1', '192.0.2'],
])('a column of the shape %s takes %j and not %j', (shape, usual, strange) => {
  expect([fitsShape(shape, usual, likenessOf(usual)), fitsShape(shape, strange, likenessOf(strange))]).toEqual([true, false]);
});

test('values of one token are atomic, names and places are not', () => {
  expect([isAtomic('email'), isAtomic('sku'), isAtomic('person_name'), isAtomic('place'), isAtomic(undefined)]).toEqual([true, true, false, false, false]);
});
