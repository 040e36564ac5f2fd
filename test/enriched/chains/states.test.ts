import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { chainEnd, chainStates, stateOn, suspensionOn, type ChainStates, type StatedVersion } from '../../../src/enriched/chains/states.ts';
import type { ChainAmendment } from '../../../src/enriched/chains/suspensions.ts';

const day = (text: string): LocalDate => text as LocalDate;
const START = day('2025-01-01');
const latest: StatedVersion = { status: 'Active', termType: 'EVERGREEN', autoRenew: null, contractEffective: START, subscriptionEnd: null, termEnd: null, cancelled: null, updated: day('2026-01-01') };
const amendment = (type: string, effective: string): ChainAmendment => ({ type, status: 'Completed', effective: day(effective) });
const suspend = (effective: string): ChainAmendment => amendment('SuspendSubscription', effective);
const resume = (effective: string): ChainAmendment => amendment('ResumeSubscription', effective);
const statesOf = (change: Partial<StatedVersion> = {}, amendments: readonly ChainAmendment[] = [], start: LocalDate | null = START): ChainStates =>
  chainStates({ start, latest: { ...latest, ...change }, amendments });

describe('the end of a chain', () => {
  test.each<[string, Partial<StatedVersion>, string | null]>([
    ['an open one', {}, null],
    ['a cancelled one', { status: 'Cancelled', cancelled: day('2025-05-01'), subscriptionEnd: day('2025-06-01') }, '2025-05-01'],
    ['one cancelled without its date', { status: 'Canceled', subscriptionEnd: day('2025-06-01') }, '2025-06-01'],
    ['one cancelled without any date', { status: 'Cancelled', contractEffective: day('2025-05-05') }, '2025-05-05'],
    ['an expired one', { status: 'Expired', termEnd: day('2025-07-01'), subscriptionEnd: day('2025-08-01') }, '2025-07-01'],
    ['one expired without its date', { status: 'Expired', subscriptionEnd: day('2025-08-01') }, '2025-08-01'],
    ['one expired before its term ends', { status: 'Expired', termEnd: day('2026-12-31'), contractEffective: day('2025-04-01') }, '2025-04-01'],
    ['an active one with a day of cancellation', { cancelled: day('2026-03-01'), termType: 'TERMED', termEnd: day('2025-07-01') }, '2026-03-01'],
    ['a term without renewal', { termType: 'Termed', autoRenew: false, termEnd: day('2025-07-01') }, '2025-07-01'],
    ['a term that renews', { termType: 'TERMED', autoRenew: true, termEnd: day('2025-07-01') }, null],
    ['one that ended nobody knows when', { status: 'Cancelled', contractEffective: null }, START],
  ])('of %s', (_, change, end) => {
    expect(statesOf(change).end).toBe(end);
    expect(chainEnd({ ...latest, ...change }, START)).toBe(end);
  });
});

describe('the state on a day', () => {
  test('is active from the first day to the last before the end', () => {
    const states = statesOf({ status: 'Cancelled', cancelled: day('2025-05-01') });
    expect(['2024-12-31', '2025-01-01', '2025-04-30', '2025-05-01'].map((date) => stateOn(states, day(date)))).toEqual(['before', 'active', 'active', 'ended']);
  });

  test.each(['Draft', 'PendingActivation', 'Pending Acceptance', 'Paused', null])('is never active with the status %j', (status) => {
    expect(stateOn(statesOf({ status }), day('2025-02-01'))).toBe('never');
  });

  test('is suspended from a suspension to its resumption', () => {
    const states = statesOf({}, [suspend('2025-03-01'), resume('2025-04-11')]);
    expect(['2025-02-28', '2025-03-01', '2025-04-10', '2025-04-11'].map((date) => stateOn(states, day(date)))).toEqual(['active', 'suspended', 'suspended', 'active']);
  });

  test('is active from ever where no start is known', () => {
    expect(stateOn(statesOf({}, [], null), day('1999-01-01'))).toBe('active');
  });
});

describe('a suspension that nothing resumes', () => {
  const open = [suspend('2025-03-01')];

  test('is ignored on an active chain', () => {
    expect(statesOf({}, open).suspensions).toEqual([]);
  });

  test('counts while the chain is suspended, and up to the end of one that has ended', () => {
    expect(statesOf({ status: 'Suspended' }, open).suspensions).toEqual([{ from: '2025-03-01', to: null }]);
    expect(statesOf({ status: 'Cancelled', cancelled: day('2025-05-01') }, open).suspensions).toEqual([{ from: '2025-03-01', to: '2025-05-01' }]);
    expect(statesOf({ termType: 'TERMED', termEnd: day('2025-06-01') }, open).suspensions).toEqual([{ from: '2025-03-01', to: '2025-06-01' }]);
  });

  test('is the day of the latest version where its amendment is missing', () => {
    const suspended = { status: 'Suspended', contractEffective: day('2025-03-01') };
    expect(statesOf(suspended).suspensions).toEqual([{ from: '2025-03-01', to: null }]);
    expect(statesOf(suspended, [suspend('2025-01-10'), resume('2025-01-20')]).suspensions).toEqual([{ from: '2025-01-10', to: '2025-01-20' }, { from: '2025-03-01', to: null }]);
    expect(statesOf(suspended, [suspend('2025-03-01'), resume('2026-03-01')]).suspensions).toEqual([{ from: '2025-03-01', to: '2026-03-01' }]);
  });
});

test('suspensionOn finds the suspension of a day', () => {
  const { suspensions } = statesOf({}, [suspend('2025-03-01'), resume('2025-04-11')]);
  expect(suspensionOn(suspensions, day('2025-03-15'))).toEqual({ from: '2025-03-01', to: '2025-04-11' });
  expect(suspensionOn(suspensions, day('2025-04-11'))).toBeUndefined();
});

test('every day before the start and after the end has no suspension, and the order of amendments does not matter', () => {
  const date = fc.integer({ min: -50, max: 400 }).map((days) => addDays(START, days));
  const amendments = fc.array(fc.record({ type: fc.constantFrom('SuspendSubscription', 'ResumeSubscription'), status: fc.constantFrom('Completed', null), effective: date }), { maxLength: 5 });
  const version = fc.record({
    ...{ status: fc.constantFrom('Active', 'Suspended', 'Cancelled', 'Expired'), termType: fc.constantFrom('TERMED', 'EVERGREEN'), autoRenew: fc.boolean(), contractEffective: date },
    ...{ subscriptionEnd: fc.option(date), termEnd: fc.option(date), cancelled: fc.option(date), updated: fc.option(date) },
  });
  fc.assert(
    fc.property(version, amendments, (own, rows) => {
      const states = statesOf(own, rows);
      expect(statesOf(own, [...rows].reverse())).toEqual(states);
      for (const [index, { from, to }] of states.suspensions.entries()) {
        expect(from >= START && (to === null || from < to)).toBe(true);
        expect(to === null || states.end === null || to <= states.end).toBe(true);
        const next = states.suspensions[index + 1];
        expect(next === undefined || (to !== null && to <= next.from)).toBe(true);
      }
    }),
  );
});
