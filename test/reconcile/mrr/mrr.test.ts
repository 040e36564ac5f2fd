import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fraction, subtract, sumOfFractions } from '../../../src/core/fraction.ts';
import { mrrSteps } from '../../../src/metrics/mrr/bridge.ts';
import type { PersonBridge } from '../../../src/metrics/person-bridge.ts';
import { MrrTally } from '../../../src/reconcile/mrr/mrr.ts';

const place = { brand: 'alpina', market: 'AT', currency: 'EUR', chainId: 'chain' } as const;
/** A bridge of one chain whose last step is what the others leave, and whole in the end, as hub's MRR is. */
const bridge: fc.Arbitrary<PersonBridge> = fc
  .record({
    billing: fc.nat(90_000),
    hub: fc.nat(90_000),
    currency: fc.constantFrom('EUR', 'CHF'),
    parts: fc.array(fc.tuple(fc.constantFrom('state_on_day' as const, 'price_not_field' as const, 'discounts' as const), fc.integer({ min: -9_000, max: 9_000 }), fc.constantFrom(1, 3, 12, 365))),
  })
  .map(({ billing, hub, currency, parts }) => {
    const known = new Map(parts.map(([step, top, bottom]) => [step, fraction(top, bottom)] as const));
    const tax = subtract(fraction(hub - billing), sumOfFractions([...known.values()]));
    return { ...place, currency, billing, hub, steps: new Map([...known, ['tax' as const, tax]]) };
  });

function rowsOf(bridges: readonly PersonBridge[]): MrrTally['rows'] {
  const tally = new MrrTally(() => false);
  for (const own of bridges) tally.add(own);
  return tally.rows;
}

test('the rounded steps of a brand and currency add up, in whatever order the chains come', () => {
  fc.assert(
    fc.property(fc.array(bridge), (bridges) => {
      const rows = rowsOf(bridges);
      for (const { currency, billing, hub, changes } of rows) {
        const own = bridges.filter((each) => each.currency === currency);
        expect([billing, hub]).toEqual([own.reduce((sum, each) => sum + each.billing, 0), own.reduce((sum, each) => sum + each.hub, 0)]);
        expect(changes.reduce((sum, { amount }) => sum + amount, billing)).toBe(hub);
        expect(changes.map(({ reason }) => reason)).toEqual(mrrSteps.filter((step) => changes.some(({ reason }) => reason === step)));
      }
      expect(rowsOf([...bridges].reverse())).toEqual(rows);
    }),
  );
});

test('parts of a cent add up before they are rounded', () => {
  const third: PersonBridge = { ...place, billing: 0, hub: 0, steps: new Map([['price_not_field', fraction(1, 3)], ['tax', fraction(-1, 3)]]) };
  expect(rowsOf([third, third, third])[0]?.changes.map(({ reason, amount, subscriptions }) => [reason, amount, subscriptions])).toEqual([['price_not_field', 1, 3], ['tax', -1, 3]]);
});

test('what billing has beyond the chains is unexplained', () => {
  const tally = new MrrTally((reason) => reason === 'unexplained');
  tally.add({ ...place, billing: 1000, hub: 1000, steps: new Map() });
  tally.billing('alpina', 'EUR', 1500);
  tally.billing('alpina', 'CHF', 0);
  expect(tally.rows).toEqual([{ brand: 'alpina', currency: 'EUR', billing: 1500, hub: 1000, changes: [{ reason: 'unexplained', title: 'unexplained', amount: -500, subscriptions: 1 }] }]);
  expect(tally.listed).toEqual([{ bridge: 'mrr', brand: 'alpina', market: null, id: '(no single subscription)', reason: 'unexplained', change: 'removed', amount: -500, currency: 'EUR' }]);
});

test('unexplained amounts that cancel each other stay a step', () => {
  const off = (by: number): PersonBridge => ({ ...place, billing: 1000, hub: 1000 + by, steps: new Map([['unexplained', fraction(by)]]) });
  expect(rowsOf([off(5), off(-5)])[0]?.changes).toEqual([{ reason: 'unexplained', title: 'unexplained', amount: 0, subscriptions: 2 }]);
});
