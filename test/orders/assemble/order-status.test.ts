import { describe, expect, test } from '@jest/globals';

import { orderStatus } from '../../../src/orders/assemble/order-status.ts';

const statusOf = (...chains: readonly (readonly [lifecycle: string | null, subscriptionClass: string | null])[]): string =>
  orderStatus(chains.map(([lifecycle, subscriptionClass]) => ({ lifecycle, subscriptionClass })));

describe('the status of an order', () => {
  test.each([
    ['active', 'standard', 'active'],
    ['suspended', 'standard', 'suspended'],
    ['cancelled', 'standard', 'cancelled'],
    ['expired', 'prepaid', 'expired'],
    ['active', 'one_off', 'completed'],
    ['expired', 'one_off', 'completed'],
    ['cancelled', 'one_off', 'cancelled'],
    ['draft', 'standard', 'pending'],
    ['activation', 'one_off', 'pending'],
    [null, null, 'pending'],
  ])('of one chain that is %j and of class %j is %s', (lifecycle, subscriptionClass, expected) => {
    expect(statusOf([lifecycle, subscriptionClass])).toBe(expected);
  });

  test('of several chains is that of the one which demands most attention', () => {
    expect(statusOf(['cancelled', 'standard'], ['active', 'standard'], ['suspended', 'standard'])).toBe('active');
    expect(statusOf(['expired', 'standard'], ['cancelled', 'standard'])).toBe('cancelled');
    expect(statusOf(['cancelled', 'standard'], ['active', 'one_off'])).toBe('completed');
  });

  test('without any chain is pending', () => expect(statusOf()).toBe('pending'));
});
