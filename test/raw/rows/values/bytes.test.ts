import { expect, test } from '@jest/globals';

import { areDigits, copy, endOfDigits, twoDigits } from '../../../../src/raw/rows/values/bytes.ts';

const bytes = Buffer.from('a42b07/:');

test('two digits are a number', () => expect([twoDigits(bytes, 1), twoDigits(bytes, 4)]).toEqual([42, 7]));

test('digits end at the first byte that is none, or at the end of the value', () => {
  expect([endOfDigits(bytes, 1, 6), endOfDigits(bytes, 1, 2), endOfDigits(bytes, 0, 6), endOfDigits(bytes, 6, 8), endOfDigits(bytes, 7, 8)]).toEqual([3, 2, 0, 6, 7]);
  expect([areDigits(bytes, 4, 6), areDigits(bytes, 4, 7)]).toEqual([true, false]);
});

test('bytes are copied to their place, and nothing beside them is touched', () => {
  const output = Buffer.from('------');
  expect([copy(bytes, 1, 3, output, 2), output.toString()]).toEqual([4, '--42--']);
});
