import { expect, test } from '@jest/globals';

import { nearest } from '../../src/core/nearest.ts';

test.each([
  ['HUB_DRYRUN', ['HUB_DATABASE_URL', 'HUB_DRY_RUN', 'HUB_BRAND'], 'HUB_DRY_RUN'],
  ['HUB_DATABSE_URL', ['HUB_DATABASE_URL', 'HUB_LAKE_URL'], 'HUB_DATABASE_URL'],
  ['ssl_mode', ['ssl-ca', 'ssl-mode', 'local-infile'], 'ssl-mode'],
  ['a', ['b', 'c'], 'b'],
  ['a', [], ''],
])('the name nearest to %s of %j is "%s"', (name, known, expected) => {
  expect(nearest(name, known)).toBe(expected);
});
