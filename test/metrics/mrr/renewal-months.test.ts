import { expect, test } from '@jest/globals';

import { renewalMonths } from '../../../src/metrics/mrr/renewal-months.ts';
import { charge } from './charges.ts';

const evergreen = { termType: 'EVERGREEN', currentTerm: null };

test.each([
  ['a term, however often it is billed', { termType: 'TERMED', currentTerm: 12 }, [charge()], 12],
  ['the billing period where there is no term', evergreen, [charge({ billingPeriod: 'Quarter' })], 3],
  ['the billing period where nobody says how long the term is', { termType: 'TERMED', currentTerm: null }, [charge({ billingPeriod: 'Annual' })], 12],
  ['that of the largest charge', evergreen, [charge({ id: 'c1', price: 100 }), charge({ id: 'c2', price: 6_000, billingPeriod: 'Semi-Annual' })], 6],
  ['that of the first of equal charges', evergreen, [charge({ id: 'c2', price: 3_000, billingPeriod: 'Quarter' }), charge({ id: 'c1' })], 1],
  ['nothing of weeks, which are no whole months', evergreen, [charge({ billingPeriod: '4 Weeks' })], null],
  ['nothing of discounts and trials', evergreen, [charge({ category: 'trial' }), charge({ category: 'discount' })], null],
  ['nothing where no charge is', evergreen, [], null],
])('a contract renews after %s', (_title, chain, charges, months) => {
  expect(renewalMonths(chain, charges)).toBe(months);
});
