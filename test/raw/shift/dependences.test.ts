import { expect, test } from '@jest/globals';

import { costOfDependences } from '../../../src/raw/shift/dependences.ts';
import { createProfile, observe, surpriseOfFilling, type Profile } from '../../../src/raw/shift/profile.ts';

type Values = readonly (string | null)[];
/** Half of the refunds are of a payment, which they name; the others are of the credit balance, and name none. */
const refunds: readonly Values[] = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? ['Payment', `payment${i}`] : ['CreditBalance', null]));
function profileOf(rows: readonly Values[]): Profile {
  const profile = createProfile(2);
  for (const row of rows) observe(profile, row);
  return profile;
}
/** What a row costs in all: its columns one by one, and what their habits add. */
const costOf = (profile: Profile, values: Values): number =>
  values.reduce((sum, value, at) => sum + surpriseOfFilling(profile, at, value === null), 0) + costOfDependences(profile, values);

test('a value is a surprise where another column tells that there is none, and its absence where there is one', () => {
  const profile = profileOf(refunds);
  expect(costOf(profile, ['CreditBalance', 'payment1'])).toBeGreaterThan(costOf(profile, ['CreditBalance', null]));
  expect(costOf(profile, ['Payment', null])).toBeGreaterThan(costOf(profile, ['Payment', 'payment1']));
});

test('of columns without habits the most unusual one alone counts', () => {
  const profile = profileOf(Array.from({ length: 100 }, () => ['a', 'b']));
  expect(costOf(profile, [null, null])).toBeCloseTo(surpriseOfFilling(profile, 0, true), 10);
});

test('an empty profile adds nothing', () => expect(costOfDependences(createProfile(2), ['a', null])).toBe(0));
