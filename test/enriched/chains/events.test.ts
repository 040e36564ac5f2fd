import { describe, expect, test } from '@jest/globals';

import { day, only, plan, version } from './versions.ts';

describe('buildChains', () => {
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
});
