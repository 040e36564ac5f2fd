import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { LifecycleFacts } from '../../../src/enriched/classify/lifecycle.ts';
import { isActive, lifecycle } from '../../../src/enriched/classify/lifecycle.ts';

const day = (text: string): LocalDate => text as LocalDate;
const today = day('2026-06-15');
const facts: LifecycleFacts = {
  status: 'Active',
  termType: 'TERMED',
  autoRenew: true,
  subscriptionStart: day('2026-01-01'),
  subscriptionEnd: null,
  termEnd: day('2027-01-01'),
  cancelled: null,
};
const stateOf = (change: Partial<LifecycleFacts>): string => lifecycle({ ...facts, ...change }, today).value;

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
    expect(stateOf({ subscriptionStart: day('2026-06-16') })).toBe('activation');
    expect(stateOf({ subscriptionStart: today })).toBe('active');
  });

  test('names what decided, with the date', () => {
    const cancelled = day('2026-07-01');
    expect(lifecycle({ ...facts, status: 'Cancelled', cancelled }, today).evidence).toEqual({
      rule: 'lifecycle.cancelled.in_future',
      matched: '2026-07-01',
    });
  });
});

test('isActive needs the state and a real customer', () => {
  expect(isActive('active', false)).toBe(true);
  expect(isActive('active', true)).toBe(false);
  expect(isActive('suspended', false)).toBe(false);
});
