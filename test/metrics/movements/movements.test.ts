import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { movementsOf, type MovingChain } from '../../../src/metrics/movements/movements.ts';

const START = '2025-01-01' as LocalDate;
const on = (days: number): LocalDate => addDays(START, days);

/** A chain whose MRR changes on some days, and that may end. */
const chain = fc
  .record({
    brand: fc.constantFrom('alpina', 'belmont'),
    chainId: fc.integer({ min: 0, max: 9 }).map(String),
    currency: fc.constantFrom('EUR', 'CHF'),
    days: fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 4 }),
    amounts: fc.array(fc.constantFrom(0, 1000, 2990), { minLength: 4, maxLength: 4 }),
    isOpen: fc.boolean(),
    replaces: fc.boolean(),
    isReplaced: fc.boolean(),
  })
  .map(({ days, amounts, isOpen, ...rest }): MovingChain => {
    const sorted = [...days].sort((a, b) => a - b).map(on);
    const starts = isOpen ? sorted : sorted.slice(0, -1);
    return { ...rest, segments: starts.map((from, index) => ({ from, to: sorted[index + 1] ?? null, mrr: amounts[index] ?? 0 })), renewalMonthsOn: () => 1 };
  });
const chains = fc.uniqueArray(chain, { maxLength: 5, selector: ({ brand, chainId }) => `${brand} ${chainId}` });

const mrrOn = (all: readonly MovingChain[], day: LocalDate): number =>
  all.flatMap(({ segments }) => segments).reduce((sum, { from, to, mrr }) => (from <= day && (to === null || day < to) ? sum + mrr : sum), 0);

test('the sum of movements up to any day is the MRR of that day, in each scope and currency', () => {
  fc.assert(
    fc.property(chains, fc.nat(70), (all, days) => {
      const day = on(days);
      const movements = movementsOf(all);
      for (const scope of ['alpina', 'belmont', '*']) {
        for (const currency of ['EUR', 'CHF']) {
          const moved = movements.filter((own) => own.scope === scope && own.currency === currency && own.date <= day).reduce((sum, { amount }) => sum + amount, 0);
          expect(moved).toBe(mrrOn(all.filter((own) => (scope === '*' || own.brand === scope) && own.currency === currency), day));
        }
      }
    }),
  );
});

test('each movement begins where the one before it ended, is not 0, is the only one of its day, and is made of its chains', () => {
  fc.assert(
    fc.property(chains, (all) => {
      const last = new Map<string, number>();
      const days = new Set<string>();
      for (const { scope, currency, date, kind, amount, before, after, chains: parts } of movementsOf(all)) {
        const life = `${scope} ${currency}`;
        expect([before, after, before >= 0]).toEqual([last.get(life) ?? 0, before + amount, true]);
        expect(amount === 0 || days.has(`${life} ${date}`)).toBe(false);
        expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(amount);
        expect(kind === 'new').toBe(!last.has(life));
        expect(kind === 'churn').toBe(after === 0);
        last.set(life, after);
        days.add(`${life} ${date}`);
      }
    }),
  );
});

test('what moves does not depend on the order of chains and segments', () => {
  fc.assert(
    fc.property(chains, (all) => {
      const turned = [...all].reverse().map((own) => ({ ...own, segments: [...own.segments].reverse() }));
      expect(movementsOf(turned)).toEqual(movementsOf(all));
    }),
  );
});

test('a gap that is no replacement is marked as none: a suspension before the end, an earlier chain', () => {
  const own = { brand: 'alpina', currency: 'EUR', renewalMonthsOn: () => 1 };
  const old = { ...own, chainId: 'c1', replaces: false, isReplaced: true, segments: [{ from: on(0), to: on(10), mrr: 1000 }, { from: on(20), to: on(30), mrr: 1000 }] };
  const next = { ...own, chainId: 'c2', replaces: true, isReplaced: false, segments: [{ from: on(35), to: null, mrr: 1000 }] };
  const marks = movementsOf([old, next]).filter(({ scope }) => scope === '*').map(({ date, kind, isReplacement }) => [date, kind, isReplacement]);
  expect(marks).toEqual([[on(0), 'new', false], [on(10), 'churn', false], [on(20), 'reactivation', false], [on(30), 'churn', true], [on(35), 'reactivation', true]]);
});

test('what begins a life says after how many months it renews: the largest chain of the day, of equal ones the first', () => {
  const chainOf = (chainId: string, mrr: number, months: number): MovingChain => ({ brand: 'alpina', currency: 'EUR', chainId, replaces: false, isReplaced: false, segments: [{ from: on(0), to: on(9), mrr }], renewalMonthsOn: (day) => (day === on(0) ? months : null) });
  const renewals = (...all: readonly MovingChain[]) => movementsOf(all).filter(({ scope }) => scope === 'alpina').map(({ kind, renewalMonths: months }) => [kind, months]);
  expect(renewals(chainOf('c2', 500, 12), chainOf('c1', 2_000, 3))).toEqual([['new', 3], ['churn', null]]);
  expect(renewals(chainOf('c2', 500, 12), chainOf('c1', 500, 3))).toEqual([['new', 3], ['churn', null]]);
});
