import { describe, expect, test } from '@jest/globals';

import { looksLikeHeader, shownHeaders } from '../../../src/raw/rows/shown-headers.ts';

describe('a header', () => {
  test.each(['CouponCode__c', 'Account.CrmId__c', 'First Name', '_fivetran_synced', 'Invoice: Due Date', 'Straße', 'amount-net2', 'MRR'])('can be %s', (name) =>
    expect(looksLikeHeader(name)).toBe(true),
  );
  test.each([
    'anna@mail.invalid', '8f2e1c0b9a7d6e5f8f2e1c0b9a7d6e5f', 'a'.repeat(65), '4111111111111111', 'x 2026-03-01', '+49 30 901820', 'Id\r1', '"Anna"', '12 Main Street',
    'Lives in the third house on the left', '', 'f3e1c0b9a7d6e5f8f2e1c0b9a7d6e5f0',
  ])('cannot be %j', (name) => expect(looksLikeHeader(name)).toBe(false));
});

describe('unknown headers', () => {
  test('are shown if all of them look like headers', () => expect(shownHeaders(['Coupon', 'Campaign__c', ''])).toEqual({ shown: ['Coupon', 'Campaign__c', '(no name)'], hidden: 0 }));
  test('are counted only if one of them does not: the line is a row', () => expect(shownHeaders(['Yrsa', 'Okonjo', 'yrsa@mail.invalid'])).toEqual({ shown: [], hidden: 3 }));
  test('may be none', () => expect(shownHeaders([])).toEqual({ shown: [], hidden: 0 }));
});
