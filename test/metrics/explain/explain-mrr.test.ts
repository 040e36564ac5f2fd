import { describe, expect, test } from '@jest/globals';

import { explainMrr } from '../../../src/metrics/explain/explain-mrr.ts';
import type { MrrChain } from '../../../src/metrics/mrr/mrr-chain.ts';
import type { MrrAccount, VersionFact } from '../../../src/metrics/mrr/mrr-facts.ts';
import { mrrSegments } from '../../../src/metrics/mrr/segments.ts';
import type { OpenedChain } from '../../../src/metrics/person-mrr.ts';
import { mrrChainOf, mrrVectors } from '../../metrics/mrr-vectors.ts';
import { chainOf, charge, day } from '../mrr/charges.ts';

const VERSION: VersionFact = {
  ...{ id: 'v2', chainId: 'chain', version: 2, isLatest: true, status: 'Active', termType: 'EVERGREEN', autoRenew: null, currentTerm: null },
  ...{ contractEffective: null, subscriptionEnd: null, termEnd: null, cancelled: null, updated: null, chainStart: day('2025-01-01'), class: 'recurring' },
  ...{ isClassNamed: false, replaces: false, isReplaced: false },
};
const ACCOUNT: MrrAccount = {
  ...{ brand: 'alpina', accountId: 'a', personId: 'p', market: 'AT', currency: 'EUR', isTest: false, createdOn: null },
  ...{ versions: [VERSION], charges: [], amendments: [], invoices: [], lines: [] },
};

function opened(chain: MrrChain | undefined, change: Partial<OpenedChain> = {}): OpenedChain {
  const segments = chain === undefined ? undefined : mrrSegments(chain);
  const common = { account: ACCOUNT, latest: VERSION, versions: [VERSION], charges: [], telling: 'v2', currency: 'EUR', hasEarlierCharges: false, taxInvoice: undefined };
  return { ...common, chain, segments, ...change };
}

describe('explainMrr', () => {
  test.each(mrrVectors.map((vector) => [vector.name, vector] as const))('comes to the recurring revenue of each segment: %s', (_, vector) => {
    for (const own of vector.chains) {
      const chain = opened(mrrChainOf(own, vector.as_of ?? '2030-01-01'), { latest: { ...VERSION, class: own.class } });
      for (const { from, state, mrr } of chain.segments ?? []) {
        const explanation = explainMrr(chain, from);
        expect([explanation.mrr, explanation.state]).toEqual([mrr, state]);
        const told = explanation.zero_because === null ? explanation.amounts?.without_tax.amount : 0;
        expect(told).toBe(mrr);
      }
    }
  });

  test('says of each charge why it counts or does not, those that count first', () => {
    const chain = chainOf([
      charge({ id: 'setup', chargeType: 'OneTime' }),
      charge({ id: 'metered', chargeType: 'Usage' }),
      charge({ id: 'trial', category: 'trial' }),
      charge({ id: 'later', start: day('2026-01-01') }),
      charge({ id: 'gone', end: day('2025-03-01') }),
      charge({ id: 'off', category: 'discount', price: null, discountPercentage: '12.500000000' }),
      charge({ id: 'fixed', category: 'discount', planId: 'elsewhere', price: null, discountAmount: -300, billingPeriod: 'Quarter' }),
      charge({ id: 'yearly', billingPeriod: 'Annual', price: 10_000 }),
      charge({ id: 'tiers', chargeModel: 'Tiered Pricing', mrr: 777 }),
      charge({ id: 'priceless', price: null }),
    ]);
    const { charges, amounts, mrr } = explainMrr(opened(chain), day('2025-06-30'));
    expect(charges.map(({ id, role, left_out: left, basis, lowers, monthly }) => [id, role, left, basis, lowers, monthly?.exact ?? null])).toEqual([
      ['yearly', 'counted', null, 'price', null, '2500/3'],
      ['tiers', 'counted', null, 'own_mrr', null, '777'],
      ['priceless', 'counted', null, 'unpriced', null, null],
      ['off', 'discount', null, 'percentage', 'plan', null],
      ['fixed', 'discount', null, 'price', 'subscription', '100'],
      ['setup', 'left_out', 'one_time', null, null, null],
      ['metered', 'left_out', 'usage', null, null, null],
      ['trial', 'left_out', 'trial', null, null, null],
      ['later', 'left_out', 'begins_later', null, null, null],
      ['gone', 'left_out', 'ended', null, null, null],
    ]);
    // (833.33… + 777) × 7/8 − 100, in cents.
    expect(amounts).toEqual({ charges: { amount: 1610, exact: '4831/3' }, after_discounts: { amount: 1309, exact: '31417/24' }, without_tax: { amount: 1309, exact: '31417/24' } });
    expect(mrr).toBe(1309);
  });

  test('names the invoice that tells the share of tax, and takes the tax off before rounding', () => {
    const chain = chainOf([charge({ price: 2990 })], { tax: { net: 2513, tax: 477, from: 'account' } });
    const invoice = { id: 'i1', number: 'INV1', date: day('2025-01-02'), status: 'Posted' };
    const { tax, mrr } = explainMrr(opened(chain, { taxInvoice: invoice }), day('2025-02-01'));
    expect(tax).toEqual({ net: 2513, tax: 477, from: 'account', invoice_id: 'i1', invoice_number: 'INV1', invoice_date: '2025-01-02' });
    expect(mrr).toBe(2513);
  });

  test('says why it is nothing, whatever is charged', () => {
    const chain = chainOf([charge()]);
    const suspended = chainOf([charge()], { states: { ...chain.states, suspensions: [{ from: day('2025-06-01'), to: null }] } });
    const over = chainOf([charge()], { states: { ...chain.states, end: day('2025-06-30') } });
    const free = chainOf([charge()], { isFree: true });
    const reasons = [
      opened(chain, { account: { ...ACCOUNT, isTest: true } }),
      opened(undefined),
      opened(chain, { currency: null }),
      opened(chainOf([charge()], { states: { ...chain.states, kind: 'never' } })),
      opened(chainOf([charge()], { states: { ...chain.states, start: day('2025-07-01') } })),
      opened(over),
      opened(suspended),
      opened(free, { latest: { ...VERSION, class: 'gift' } }),
      opened(free, { latest: { ...VERSION, class: 'complimentary' } }),
    ].map((own) => explainMrr(own, day('2025-06-30')));
    expect(reasons.map(({ zero_because: why }) => why)).toEqual(['test_data', 'undated', 'no_currency', 'never_active', 'before', 'ended', 'suspended', 'gift', 'complimentary']);
    expect(reasons.every(({ mrr }) => mrr === 0)).toBe(true);
    expect(explainMrr(opened(over), day('2025-06-29'))).toMatchObject({ mrr: 1000, zero_because: null, ends_on: '2025-06-30' });
  });

  test('names the version whose charges tell, also where it is not the latest', () => {
    const earlier = { ...VERSION, id: 'v1', version: 1, isLatest: false };
    const { charges_of: told } = explainMrr(opened(chainOf([charge()]), { versions: [VERSION, earlier], telling: 'v1', hasEarlierCharges: true }), day('2025-06-30'));
    expect(told).toEqual({ version_id: 'v1', version: 1, is_latest: false });
    expect(explainMrr(opened(chainOf([]), { telling: undefined }), day('2025-06-30')).charges_of).toBeNull();
  });
});
