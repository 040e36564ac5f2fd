import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { mrrDays } from '../../../src/metrics/aggregates/mrr-days.ts';
import { movementsOf, type MovingChain } from '../../../src/metrics/movements/movements.ts';
import { mrrFaults, type MrrDay, type SegmentChange } from '../../../src/reconcile/metrics/mrr-days.ts';

const day = (number: number): LocalDate => addDays('2025-01-01' as LocalDate, number);
const change = (number: number, amount: number): SegmentChange => ({ currency: 'EUR', day: day(number), amount });
const row = (number: number, mrr: number, moved: number): MrrDay => ({ currency: 'EUR', day: day(number), mrr, moved });

describe('mrrFaults', () => {
  const days = [row(0, 1000, 1000), row(1, 1000, 0), row(2, 0, -1000)];
  const whole = { movements: [change(0, 1000), change(2, -1000)], segments: [change(0, 1000), change(2, -1000)] };

  test('finds none where movements and segments add up to each day', () => {
    expect(mrrFaults(days, whole)).toEqual({ checked: 3, faults: [] });
    expect(mrrFaults([], { movements: [], segments: [change(0, 0)] })).toEqual({ checked: 0, faults: [] });
  });

  test('names the first day and every day after it on which a movement, a segment or a stored flow is missing', () => {
    const daysOf = (found: ReturnType<typeof mrrFaults>): string[] => found.faults.map((fault) => fault.day);
    expect(daysOf(mrrFaults(days, { ...whole, movements: [change(0, 1000)] }))).toEqual([day(2)]);
    expect(daysOf(mrrFaults(days, { ...whole, segments: [change(1, 1000), change(2, -1000)] }))).toEqual([day(0)]);
    expect(daysOf(mrrFaults([row(0, 1000, 999), ...days.slice(1)], whole))).toEqual([day(0), day(1), day(2)]);
  });

  test('tells what is stored and what adds up, of a missing day too', () => {
    expect(mrrFaults(days.slice(1), whole).faults[0]).toEqual({ currency: 'EUR', day: day(0), stored: 0, movements: 1000, segments: 1000 });
  });
});

/** Chains of up to three brands and two currencies with segments that follow one another, some with a hole. */
const chains = fc.array(
  fc.record({
    brand: fc.constantFrom('alpina', 'belmont', 'corvina'),
    currency: fc.constantFrom('EUR', 'CHF'),
    parts: fc.array(fc.record({ gap: fc.integer({ min: 0, max: 9 }), days: fc.integer({ min: 1, max: 40 }), mrr: fc.integer({ min: 0, max: 5000 }) }), { minLength: 1, maxLength: 4 }),
    isOpen: fc.boolean(),
    start: fc.integer({ min: 0, max: 60 }),
  }),
  { minLength: 1, maxLength: 6 },
);

function chainsOf(drawn: (typeof chains extends fc.Arbitrary<infer Drawn> ? Drawn : never)): MovingChain[] {
  return drawn.map(({ brand, currency, parts, isOpen, start }, index) => {
    let at = start;
    const segments = parts.map(({ gap, days, mrr }, place) => {
      const from = at + gap;
      at = from + days;
      return { from: day(from), to: isOpen && place === parts.length - 1 ? null : day(at), mrr };
    });
    return { brand, chainId: `chain-${index}`, currency, segments, replaces: false, isReplaced: false, renewalMonthsOn: () => null };
  });
}

test('whatever the chains of a person: movements and segments add up to each day, in each brand and over all', () => {
  const range = { from: day(0), to: day(250) };
  fc.assert(
    fc.property(chains, (drawn) => {
      const all = chainsOf(drawn);
      const movements = movementsOf(all);
      for (const scope of ['*', 'alpina', 'belmont', 'corvina']) {
        const own = movements.filter((movement) => movement.scope === scope);
        const rows = mrrDays(scope, own.map(({ date, currency, kind, amount, isReplacement }) => ({ day: date, currency, kind, amount, isReplacement, customers: 1 })), range);
        const stored = rows.map((each) => ({ currency: each.currency, day: each.day as LocalDate, mrr: each.mrr, moved: each.new + each.expansion + each.contraction + each.churn + each.reactivation }));
        const mine = all.filter(({ brand }) => scope === '*' || brand === scope);
        const segments = mine.flatMap(({ currency, segments: parts }) =>
          parts.flatMap(({ from, to, mrr }) => [{ currency, day: from, amount: mrr }, ...(to === null ? [] : [{ currency, day: to, amount: -mrr }])]),
        );
        const found = mrrFaults(stored, { movements: own.map(({ currency, date, amount }) => ({ currency, day: date, amount })), segments });
        expect(found.faults).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

test('whatever the chains: the net movement of the group is that of its brands on each day, in any order of the chains', () => {
  fc.assert(
    fc.property(chains, fc.integer({ min: 0, max: 5 }), (drawn, turn) => {
      const all = chainsOf(drawn);
      const movements = movementsOf(all);
      const net = (isGroup: boolean): Record<string, number> => {
        const sums: Record<string, number> = {};
        for (const { scope, currency, date, amount } of movements) if ((scope === '*') === isGroup) sums[`${currency} ${date}`] = (sums[`${currency} ${date}`] ?? 0) + amount;
        return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0).sort());
      };
      expect(net(true)).toEqual(net(false));
      expect(movementsOf([...all.slice(turn), ...all.slice(0, turn)].reverse())).toEqual(movements);
    }),
    { numRuns: 60 },
  );
});
