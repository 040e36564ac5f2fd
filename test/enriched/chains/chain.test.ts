import { describe, expect, test } from '@jest/globals';

import { buildChains, isCancelledInFuture } from '../../../src/enriched/chains/chain.ts';
import type { SubscriptionVersion } from '../../../src/enriched/chains/version.ts';
import { day, idsOf, only, version } from './versions.ts';

describe('buildChains', () => {
  test('puts the versions of an original in order and takes the highest as the latest', () => {
    const chain = only([version(3), version(1), version(2)]);
    expect(chain).toMatchObject({ brand: 'alpina', id: 'v1', latest: { id: 'v3' }, issues: [] });
    expect(idsOf(chain)).toEqual(['v1', 'v2', 'v3']);
  });

  test('forgets deleted versions', () => {
    expect(idsOf(only([version(1), version(2, { deleted: true, name: 'x_A-S1' })]))).toEqual(['v1']);
    expect(buildChains([version(1, { deleted: true })], [])).toEqual([]);
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
