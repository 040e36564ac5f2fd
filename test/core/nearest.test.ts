import { expect, test } from '@jest/globals';

import { nearestOf } from '../../src/core/nearest.ts';

const COMMANDS = ['import-email', 'import-billing', 'enrich', 'assemble-orders'];

test.each([
  ['import-biling', 'import-billing'],
  ['enrcih', 'enrich'],
  ['asemble-order', 'assemble-orders'],
  ['import', 'import-email'],
  ['xyz', undefined],
])('the word that is nearest to %s is %s', (word, nearest) => {
  expect(nearestOf(word, COMMANDS)).toBe(nearest);
});

test('without any words none is near', () => {
  expect(nearestOf('enrich', [])).toBeUndefined();
});
