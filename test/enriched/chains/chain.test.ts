import { describe, expect, test } from '@jest/globals';

import type { Chain } from '../../../src/enriched/chains/chain.ts';
import { buildChains, isCancelledInFuture } from '../../../src/enriched/chains/chain.ts';
import { inOrder } from '../../../src/enriched/chains/order.ts';
import type { PlanVersion, SubscriptionVersion } from '../../../src/enriched/chains/version.ts';
import { day, plan, version } from './versions.ts';

function only(versions: SubscriptionVersion[], plans: PlanVersion[] = []): Chain {
  const [chain, ...others] = buildChains(versions, plans);
  if (chain === undefined || others.length > 0) throw new Error(`${others.length + 1} chains`);
  return chain;
}
const idsOf = ({ versions }: Chain): string[] => versions.map(({ id }) => id);

describe('buildChains', () => {
  test('puts the versions of an original in order and takes the highest as the latest', () => {
    const chain = only([version(3), version(1), version(2)]);
    expect(chain).toMatchObject({ brand: 'alpina', id: 'v1', latest: { id: 'v3' }, issues: [] });
    expect(idsOf(chain)).toEqual(['v1', 'v2', 'v3']);
  });

  test('keeps equal ids of two brands apart', () => {
    const chains = buildChains([version(1), version(1, { brand: 'belmont' })], []);
    expect(chains.map(({ brand }) => brand)).toEqual(['alpina', 'belmont']);
  });

  test('groups by name where the original is blank', () => {
    const chain = only([version(2, { originalId: null, previousId: null }), version(1, { originalId: null })]);
    expect(chain).toMatchObject({ id: 'A-S1', latest: { id: 'v2' } });
  });

  test('adds a version without original to the chain that names it, or bears its name alone', () => {
    expect(only([version(1, { originalId: null, name: 'old' }), version(2)]).id).toBe('v1');
    expect(only([version(1), version(2, { originalId: null })]).id).toBe('v1');
    const shared = [version(1), version(1, { id: 'w1', originalId: 'w1' }), version(2, { originalId: null })];
    expect(buildChains(shared, []).map(({ id }) => id)).toEqual(['A-S1', 'v1', 'w1']);
  });

  test('forgets deleted versions', () => {
    expect(idsOf(only([version(1), version(2, { deleted: true, name: 'x_A-S1' })]))).toEqual(['v1']);
    expect(buildChains([version(1, { deleted: true })], [])).toEqual([]);
  });

  test('numbers versions by their links where Version is blank', () => {
    const blank = { version: null };
    expect(idsOf(only([version(3, blank), version(1, blank), version(2, blank)]))).toEqual(['v1', 'v2', 'v3']);
    expect(only([version(2, blank), version(1), version(3, blank)]).latest.id).toBe('v3');
  });

  test('takes versions of 0, below 0 and without a number, in their order, and reports them', () => {
    const numbersOf = (versions: SubscriptionVersion[]): number[] => inOrder(versions).map(({ number }) => number);
    const ofNumber = (id: string, number: number | null, previousId: string | null = null): SubscriptionVersion => version(1, { id, version: number, previousId, originalId: 'v0' });
    const fromZero = [ofNumber('v0', 0), ofNumber('v1', 1, 'v0'), ofNumber('v2', 2, 'v1')];
    expect(only(fromZero)).toMatchObject({ latest: { id: 'v2' }, issues: [{ kind: 'number_below_one', versionIds: ['v0'] }] });
    expect(numbersOf(fromZero)).toEqual([1, 2, 3]);
    const below = [ofNumber('v0', -1), ofNumber('v1', null, 'v0')];
    expect(only(below)).toMatchObject({ latest: { id: 'v1' }, issues: [{ kind: 'number_below_one', versionIds: ['v0'] }, { kind: 'unnumbered', versionIds: ['v1'] }] });
    expect(numbersOf(below)).toEqual([1, 2]);
    expect([numbersOf([ofNumber('v0', 0)]), numbersOf([ofNumber('v0', -3)]), numbersOf([ofNumber('v0', null)]), numbersOf([version(4)])]).toEqual([[1], [1], [1], [4]]);
  });

  test.each(['null', '\\N', 'None', ' ', '-', '0'])('makes no chain of strangers whose name is %j and whose original is blank', (name) => {
    const strangers = ['a1', 'a2', 'a3'].map((accountId, index) => version(1, { id: `s${index}`, accountId, name, originalId: null }));
    expect(buildChains(strangers, []).map(({ id }) => id)).toEqual(['s0', 's1', 's2']);
    const ofOneOriginal = version(1, { id: 'v1', name, originalId: 'v1' });
    expect(buildChains([ofOneOriginal, ...strangers], []).map(({ id }) => id)).toEqual(['s0', 's1', 's2', 'v1']);
  });

  test('heeds the latest flag where it is there', () => {
    expect(only([version(1, { isLatest: true }), version(2, { isLatest: false })])).toMatchObject({
      latest: { id: 'v1' },
      issues: [{ kind: 'latest_superseded', versionIds: ['v1', 'v2'] }],
    });
    expect(only([version(1, { isLatest: true }), version(2)]).latest.id).toBe('v2');
    expect(only([version(1, { isLatest: false }), version(2, { isLatest: false })]).latest.id).toBe('v2');
    expect(only([version(1, { isLatest: true }), version(2, { isLatest: true })])).toMatchObject({
      latest: { id: 'v2' },
      issues: [{ kind: 'several_latest', versionIds: ['v1', 'v2'] }],
    });
  });

  test('reports a missing predecessor, by its id or by its number', () => {
    expect(only([version(1), version(3)]).issues).toEqual([
      { kind: 'missing_predecessor', versionIds: ['v3'], pointsTo: 'v2' },
    ]);
    expect(only([version(1), version(3, { previousId: null })]).issues).toEqual([
      { kind: 'missing_predecessor', versionIds: ['v3'] },
    ]);
  });

  test('reports a predecessor in another chain, a fork and a cycle', () => {
    const other = version(1, { id: 'w1', originalId: 'w1', name: 'A-S2' });
    expect(buildChains([version(1), version(2, { previousId: 'w1' }), other], [])[0]?.issues).toEqual([
      { kind: 'foreign_predecessor', versionIds: ['v2'], pointsTo: 'w1' },
    ]);
    expect(only([version(1), version(2), version(2, { id: 'v2b' })])).toMatchObject({
      latest: { id: 'v2b' },
      issues: [{ kind: 'fork', versionIds: ['v2', 'v2b'] }],
    });
    expect(only([version(1, { previousId: 'v3' }), version(2), version(3)]).issues).toEqual([
      { kind: 'cycle', versionIds: ['v1', 'v2', 'v3'] },
    ]);
    expect(only([version(1, { previousId: 'v1' })]).issues).toEqual([{ kind: 'cycle', versionIds: ['v1'] }]);
  });

  test('sees a renewal where the term moves and the start stays', () => {
    const renewed = { termStart: day('2027-01-01'), termEnd: day('2028-01-01') };
    expect(only([version(1), version(2, renewed), version(3, renewed)]).renewals).toEqual([
      { versionId: 'v2', ...renewed },
    ]);
    expect(only([version(1), version(2, { ...renewed, subscriptionStart: day('2027-01-01') })]).renewals).toEqual([]);
  });

  test('sees an owner transfer inside the chain', () => {
    expect(only([version(1), version(2, { accountId: 'a2' }), version(3, { accountId: 'a2' })]).transfers).toEqual([
      { versionId: 'v2', fromAccountId: 'a1', toAccountId: 'a2' },
    ]);
  });

  test('does not take the sides of a fork for a change', () => {
    const fork = [version(1), version(2, { accountId: 'a2' }), version(2, { id: 'v2b' })];
    expect(only(fork).transfers).toEqual([]);
  });

  test('leaves removed plans out of the current ones and sees each switch once', () => {
    const plans = [
      plan('v1', 'basic'),
      plan('v2', 'basic', 'RemoveProduct'),
      plan('v2', 'plus', 'NewProduct'),
      plan('v3', 'basic', 'RemoveProduct'),
      plan('v3', 'plus', 'NewProduct'),
    ];
    const chain = only([version(1), version(2), version(3)], plans);
    expect(chain.currentPlans.map(({ id }) => id)).toEqual(['v3-plus']);
    expect(chain.switches).toEqual([{ versionId: 'v2', from: ['basic-plan'], to: ['plus-plan'] }]);
  });

  test('takes a plan that is only added or only removed for no switch', () => {
    const added = [plan('v1', 'basic'), plan('v2', 'basic'), plan('v2', 'plus', 'NewProduct')];
    expect(only([version(1), version(2)], added).switches).toEqual([]);
    const removed = [plan('v1', 'basic'), plan('v1', 'plus'), plan('v2', 'basic'), plan('v2', 'plus', 'Remove Product')];
    expect(only([version(1), version(2)], removed)).toMatchObject({ switches: [], currentPlans: [{ id: 'v2-basic' }] });
  });

  test.each<[string, Partial<SubscriptionVersion>, string | null]>([
    ['a renewing one', {}, null],
    ['a cancelled one', { status: 'Cancelled', cancelled: day('2026-05-01') }, '2026-05-01'],
    ['a future cancellation', { cancelled: day('2026-12-01') }, '2026-12-01'],
    ['one cancelled without a date', { status: 'Canceled', subscriptionEnd: day('2026-04-01') }, '2026-04-01'],
    ['an expired one', { status: 'Expired' }, '2027-01-01'],
    ['a term without renewal', { autoRenew: false }, '2027-01-01'],
    ['an evergreen one', { autoRenew: false, termType: 'EVERGREEN' }, null],
  ])('knows the end of %s', (_, change, end) => {
    expect(only([version(1, { status: 'Expired' }), version(2, change)]).end).toBe(end);
  });

  test('knows the start, also without SubscriptionStartDate', () => {
    expect(only([version(1)]).start).toBe('2026-01-01');
    const blank = { subscriptionStart: null };
    const late = version(2, { ...blank, contractEffective: day('2026-06-01') });
    expect(only([late, version(1, { ...blank, contractEffective: day('2026-02-01') })]).start).toBe('2026-02-01');
    expect(only([version(1, { ...blank, contractEffective: null, termStart: null })]).start).toBeNull();
  });
});

test('isCancelledInFuture is true until the day of the cancellation', () => {
  const chain = only([version(1, { cancelled: day('2026-05-01') })]);
  expect(isCancelledInFuture(chain, day('2026-04-30'))).toBe(true);
  expect(isCancelledInFuture(chain, day('2026-05-01'))).toBe(false);
  expect(isCancelledInFuture(only([version(1)]), day('2026-05-01'))).toBe(false);
});
