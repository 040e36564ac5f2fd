import { expect, test } from '@jest/globals';

import { nearestOf } from '../../../src/core/text/nearest.ts';

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

test.each([
  ['HUB_DRYRUN', ['HUB_DATABASE_URL', 'HUB_DRY_RUN', 'HUB_BRAND'], 'HUB_DRY_RUN'],
  ['HUB_DATABSE_URL', ['HUB_DATABASE_URL', 'HUB_LAKE_URL'], 'HUB_DATABASE_URL'],
  ['ssl_mode', ['ssl-ca', 'ssl-mode', 'local-infile'], 'ssl-mode'],
])('the name that is nearest to %s of %j is %s', (name, known, expected) => {
  expect(nearestOf(name, known)).toBe(expected);
});
