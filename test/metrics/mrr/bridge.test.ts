import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fraction, sumOfFractions, type Fraction } from '../../../src/core/fraction.ts';
import { chainBridge, mrrField, mrrSteps, type BridgedChain, type ChainBridge } from '../../../src/metrics/mrr/bridge.ts';
import type { MrrChain } from '../../../src/metrics/mrr/mrr-chain.ts';
import { mrrSegments } from '../../../src/metrics/mrr/segments.ts';
import { chainOf, charge, day } from './charges.ts';

const ON = day('2025-06-30');

/** A chain with the status Active, as billing and hub have it on the day. */
function bridged(chain: MrrChain, change: Partial<BridgedChain> = {}): BridgedChain {
  const segment = mrrSegments(chain).find(({ from, to }) => from <= ON && (to === null || ON < to));
  return {
    ...{ told: mrrField(chain.charges), others: 0, isToldActive: true, isLatestActive: true, isTest: false, isForeign: false },
    ...{ chain, isActive: segment?.state === 'active', mrr: segment?.mrr ?? 0, ...change },
  };
}

const plain = ({ billing, hub, steps }: ChainBridge): unknown => [billing, [...steps].map(([step, { numerator, denominator }]) => [step, Number(numerator) / Number(denominator)]), hub];
const ofDay = (chain: MrrChain, change: Partial<BridgedChain> = {}): unknown => plain(chainBridge(bridged(chain, change), ON));
const own = (change: Parameters<typeof charge>[0] = {}): ReturnType<typeof charge> => charge({ mrr: 1000, ...change });

describe('the bridge of a chain from the MRR field to MRR', () => {
  test('has no step where the field is right', () => {
    expect(ofDay(chainOf([own()]))).toEqual([1000, [], 1000]);
  });

  test.each<[string, string, MrrChain, Partial<BridgedChain>, unknown]>([
    ['superseded_version', 'takes off versions that are Active beside the latest one', chainOf([own()]), { others: 900 }, [1900, [['superseded_version', -900]], 1000]],
    ['superseded_version', 'adds what an earlier version tells for a latest one without charges', chainOf([own()]), { isToldActive: false }, [0, [['superseded_version', 1000]], 1000]],
    ['test_data', 'takes off test data', chainOf([own()]), { isTest: true }, [1000, [['test_data', -1000]], 0]],
    ['undated', 'takes off what nobody knows the start of', chainOf([own()]), { chain: undefined, isActive: false, mrr: 0 }, [1000, [['undated', -1000]], 0]],
    ['state_on_day', 'takes off what was not active on the day', chainOf([own()], { states: { kind: 'runs', start: day('2025-07-01'), end: null, endKind: null, suspensions: [] } }), {}, [1000, [['state_on_day', -1000]], 0]],
    ['state_on_day', 'adds what was active on the day and is not Active now', chainOf([own()]), { isToldActive: false, isLatestActive: false }, [0, [['state_on_day', 1000]], 1000]],
    ['not_in_effect', 'takes off a plan that was removed before', chainOf([own(), own({ id: 'c2', planId: 'p2', isCurrent: false, end: day('2025-02-01') })]), {}, [2000, [['not_in_effect', -1000]], 1000]],
    ['not_in_effect', 'takes off a charge that begins later', chainOf([own(), own({ id: 'c2', planId: 'p2', start: day('2025-07-01') })]), {}, [2000, [['not_in_effect', -1000]], 1000]],
    ['trial', 'takes off a trial', chainOf([own({ category: 'trial' })]), {}, [1000, [['trial', -1000]], 0]],
    ['free', 'takes off a gift', chainOf([own()], { isFree: true }), {}, [1000, [['free', -1000]], 0]],
    ['price_not_field', 'takes the price in place of a wrong field', chainOf([own({ mrr: 700 })]), {}, [700, [['price_not_field', 300]], 1000]],
    ['price_not_field', 'keeps parts of a cent until the end', chainOf([own({ mrr: 333, billingPeriod: 'Quarter' })]), {}, [333, [['price_not_field', 1 / 3], ['tax', -1 / 3]], 333]],
    ['discounts', 'takes off a discount, whatever its own field says', chainOf([own(), own({ id: 'd', category: 'discount', mrr: -50, price: null, discountPercentage: '25' })]), {}, [950, [['discounts', -200]], 750]],
    ['tax', 'takes off the tax in the price', chainOf([own({ price: 1190, mrr: 1190 })], { tax: { net: 100, tax: 19, from: 'chain' } }), {}, [1190, [['tax', -190]], 1000]],
    ['unexplained', 'says so where hub has something else', chainOf([own()]), { mrr: 999 }, [1000, [['unexplained', -1]], 999]],
    ['unexplained', 'says so of charges in another currency than their chain', chainOf([own()]), { isForeign: true }, [1000, [['unexplained', -1000]], 0]],
  ])('%s %s', (_, __, chain, change, wanted) => {
    expect(ofDay(chain, change)).toEqual(wanted);
  });

  test('takes its steps in one order, each after those before it', () => {
    const chain = chainOf(
      [
        own({ price: 1190, mrr: 1100 }),
        own({ id: 'old', planId: 'p2', isCurrent: false, end: day('2025-02-01'), mrr: 80 }),
        own({ id: 'trial', category: 'trial', mrr: 60 }),
        own({ id: 'off', category: 'discount', price: null, mrr: null, discountPercentage: '50' }),
      ],
      { tax: { net: 100, tax: 19, from: 'chain' } },
    );
    expect(ofDay(chain, { others: 7 })).toEqual([1247, [['superseded_version', -7], ['not_in_effect', -80], ['trial', -60], ['price_not_field', 90], ['discounts', -595], ['tax', -95]], 500]);
  });
});

describe('the bridge of any chain', () => {
  const amount = fc.option(fc.integer({ min: -5_000, max: 50_000 }), { nil: null });
  const date = fc.option(fc.constantFrom(...['2025-01-01', '2025-05-31', '2025-06-30', '2025-07-01', '2026-01-01'].map(day)), { nil: null });
  const anyCharge = fc.record({
    id: fc.uuid(),
    planId: fc.constantFrom('p1', 'p2'),
    isCurrent: fc.boolean(),
    chargeType: fc.constantFrom('Recurring', 'OneTime', 'Usage', null),
    chargeModel: fc.constantFrom('Flat Fee Pricing', 'Tiered Pricing', null),
    category: fc.constantFrom('subscription' as const, 'trial' as const, 'discount' as const, 'shipping' as const),
    billingPeriod: fc.constantFrom('Month', 'Quarter', 'Annual', '28 Days', '1 Week', 'Subscription Term', 'whenever', null),
    quantity: fc.constantFrom('1', '2.5', '0', null),
    price: amount.map((own) => (own === null ? null : Math.abs(own))),
    mrr: amount,
    discountPercentage: fc.constantFrom('12.5', '-20', '150', null),
    discountAmount: amount,
    start: date,
    end: date,
  });
  const chain: fc.Arbitrary<MrrChain> = fc.record({
    states: fc.record({ kind: fc.constantFrom('runs' as const, 'never' as const), start: fc.constantFrom(day('2025-01-01'), day('2025-07-01')), end: date, endKind: fc.constant(null), suspensions: fc.constantFrom([], [{ from: day('2025-06-01'), to: null }]) }),
    charges: fc.array(anyCharge, { maxLength: 6 }),
    termEnds: fc.constantFrom([], [day('2025-05-31')]),
    termType: fc.constantFrom(null, 'TERMED'),
    currentTerm: fc.constantFrom(null, 12),
    contractEffective: date,
    isFree: fc.boolean(),
    tax: fc.record({ net: fc.nat(10_000), tax: fc.nat(2_000), from: fc.constantFrom('chain' as const, 'account' as const, 'none' as const, 'excluded' as const) }),
  });
  const sides = fc.record({ others: fc.integer({ min: -900, max: 90_000 }), isToldActive: fc.boolean(), isLatestActive: fc.boolean(), isTest: fc.boolean() });

  test('adds up to what hub has, by known steps in their order, and leaves nothing unexplained', () => {
    fc.assert(
      fc.property(chain, sides, (made, changes) => {
        const { billing, hub, steps } = chainBridge(bridged(made, changes), ON);
        expect(sumOfFractions([fraction(billing), ...steps.values()])).toEqual(fraction(hub));
        expect([...steps.keys()]).toEqual(mrrSteps.filter((step) => steps.has(step)));
        expect(steps.has('unexplained')).toBe(false);
        expect([...steps.values()].every(({ numerator }: Fraction) => numerator !== 0n)).toBe(true);
        expect(hub).toBe(changes.isTest ? 0 : bridged(made).mrr);
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on the order of its charges', () => {
    fc.assert(
      fc.property(chain, sides, (made, changes) => {
        const turned = { ...made, charges: [...made.charges].reverse() };
        expect(chainBridge(bridged(turned, changes), ON)).toEqual(chainBridge(bridged(made, changes), ON));
      }),
    );
  });
});
