import { expect, test } from '@jest/globals';

import { requireAllRows } from '../../../src/raw/read/complete.ts';

const refusal = (message: string) => expect.objectContaining({ kind: 'refused', code: 'incomplete_batch', message: expect.stringContaining(message) });

test('without a manifest any rows are right', () => expect(() => requireAllRows(undefined, new Map([['a.csv', 3]]))).not.toThrow());

test('rows as in the manifest are right, also none', () => {
  expect(() => requireAllRows(new Map([['a.csv', 3], ['b.csv', 0]]), new Map([['b.csv', 0], ['a.csv', 3]]))).not.toThrow();
  expect(() => requireAllRows(5, new Map([['query', 5]]))).not.toThrow();
});

test.each([
  ['a.csv has 2 rows instead of 3', new Map([['a.csv', 3]]), new Map([['a.csv', 2]])],
  ['a.csv has 4 rows instead of 3', new Map([['a.csv', 3]]), new Map([['a.csv', 4]])],
  ['b.csv is missing', new Map([['a.csv', 3], ['b.csv', 0]]), new Map([['a.csv', 3]])],
  ['b.csv is not in it', new Map([['a.csv', 3]]), new Map([['a.csv', 3], ['b.csv', 1]])],
  ['4 rows instead of 5', 5, new Map([['query', 4]])],
])('refuses: %s', (message, expected, read) => expect(() => requireAllRows(expected, read)).toThrow(refusal(message)));
