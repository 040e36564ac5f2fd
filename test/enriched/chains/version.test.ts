import { expect, test } from '@jest/globals';

import { brandKey, isAdded, isRemoved, planKey } from '../../../src/enriched/chains/version.ts';
import { plan } from './versions.ts';

test.each([
  ['NewProduct', true, false],
  ['Remove Product', false, true],
  ['REMOVEPRODUCT', false, true],
  ['UpdateProduct', false, false],
  [null, false, false],
])('a plan with the amendment %j is added: %s, removed: %s', (amendmentType, added, removed) => {
  const amended = plan('v1', 'tea', amendmentType);
  expect([isAdded(amended), isRemoved(amended)]).toEqual([added, removed]);
});

test('a plan is across versions what the catalog calls it, else its name, else itself', () => {
  const tea = plan('v1', 'tea');
  expect([planKey(tea), planKey({ ...tea, productRatePlanId: null }), planKey({ ...tea, productRatePlanId: null, name: null })]).toEqual(['tea-plan', 'tea', 'v1-tea']);
});

test('ids of two brands have two keys', () => {
  expect(brandKey('alpina', '1')).not.toBe(brandKey('belmont', '1'));
});
