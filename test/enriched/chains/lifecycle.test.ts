import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { chainStates, type StatedVersion } from '../../../src/enriched/chains/states.ts';
import { isActive, lifecycle } from '../../../src/enriched/chains/lifecycle.ts';
import type { Classified } from '../../../src/enriched/rules/rule-set.ts';

const day = (text: string): LocalDate => text as LocalDate;
const today = day('2026-06-15');
const facts: StatedVersion = {
  status: 'Active',
  termType: 'TERMED',
  autoRenew: true,
  contractEffective: day('2026-05-01'),
  subscriptionEnd: null,
  termEnd: day('2027-01-01'),
  cancelled: null,
  updated: day('2026-06-10'),
};
const verdictOf = ({ start, ...change }: Partial<StatedVersion> & { readonly start?: LocalDate }): Classified => {
  const latest = { ...facts, ...change };
  return lifecycle(latest.status, chainStates({ start: start ?? day('2026-01-01'), latest, amendments: [] }), today);
};
const stateOf = (change: Parameters<typeof verdictOf>[0]): string => verdictOf(change).value;

describe('lifecycle', () => {
  test.each([
    ['Draft', 'draft'],
    ['Pending Activation', 'activation'],
    ['PendingAcceptance', 'pending'],
    ['ACTIVE', 'active'],
    ['Suspended', 'suspended'],
    ['Cancelled', 'cancelled'],
    ['Canceled', 'cancelled'],
    ['Expired', 'expired'],
    ['Paused', 'unclassified'],
    [null, 'unclassified'],
  ])('of the status %j is %s', (status, expected) => {
    expect(stateOf({ status })).toBe(expected);
  });

  test('is active until the day of a future cancellation', () => {
    const status = 'Cancelled';
    expect(stateOf({ status, cancelled: day('2026-06-16') })).toBe('active');
    expect(stateOf({ status, cancelled: day('2026-06-15') })).toBe('cancelled');
    expect(stateOf({ status, subscriptionEnd: day('2026-07-01') })).toBe('active');
    expect(stateOf({ status: 'Active', cancelled: day('2026-06-16') })).toBe('active');
    expect(stateOf({ status: 'Active', cancelled: day('2026-06-14') })).toBe('cancelled');
  });

  test('is expired once a term without renewal is over', () => {
    const termEnd = day('2026-06-15');
    expect(stateOf({ autoRenew: false, termEnd })).toBe('expired');
    expect(stateOf({ autoRenew: null, termEnd })).toBe('expired');
    expect(stateOf({ autoRenew: false, termEnd, status: 'Suspended' })).toBe('expired');
    expect(stateOf({ autoRenew: false, termEnd: day('2026-06-16') })).toBe('active');
    expect(stateOf({ autoRenew: true, termEnd })).toBe('active');
    expect(stateOf({ autoRenew: false, termEnd, termType: 'EVERGREEN' })).toBe('active');
  });

  test('is not active before the subscription starts', () => {
    expect(stateOf({ start: day('2026-06-16') })).toBe('activation');
    expect(stateOf({ start: today })).toBe('active');
    expect(stateOf({ status: 'Cancelled', start: day('2026-06-16'), cancelled: day('2026-08-01') })).toBe('activation');
  });

  test('names what decided, with the date', () => {
    const evidenceOf = (change: Parameters<typeof verdictOf>[0]): unknown => verdictOf(change).evidence;
    expect(evidenceOf({ status: 'Cancelled', cancelled: day('2026-07-01') })).toEqual({ rule: 'lifecycle.cancelled.in_future', matched: '2026-07-01' });
    expect(evidenceOf({ status: 'Suspended', contractEffective: day('2026-07-01') })).toEqual({ rule: 'lifecycle.suspended.later', matched: '2026-07-01' });
    expect(evidenceOf({ status: 'Expired', contractEffective: day('2026-07-01') })).toEqual({ rule: 'lifecycle.expired.later', matched: '2026-07-01' });
  });
});

test('isActive needs the state and a real customer', () => {
  expect(isActive('active', false)).toBe(true);
  expect(isActive('active', true)).toBe(false);
  expect(isActive('suspended', false)).toBe(false);
});
