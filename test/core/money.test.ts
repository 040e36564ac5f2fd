import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { formatMinor, toMajor, toMinor } from '../../src/core/money.ts';

describe('toMinor', () => {
  test.each([
    ['26.81', 'EUR', 2681],
    ['26.810000000', 'EUR', 2681],
    ['-0.5', 'EUR', -50],
    ['0', 'EUR', 0],
    ['-0.00', 'EUR', 0],
    ['1234', 'JPY', 1234],
    ['1.2345', 'KWD', 1234],
    ['9007199254740.99', 'EUR', 900719925474099],
    ['1990.50', 'HUF', 199050],
    ['150000.25', 'IDR', 15000025],
    ['1.0005', 'CLF', 10005],
  ])('gives %s %s as %d', (decimal, currency, expected) => {
    expect(toMinor(decimal, currency)).toBe(expected);
  });

  test.each([
    ['0.005', 'EUR', 0],
    ['0.015', 'EUR', 2],
    ['0.025', 'EUR', 2],
    ['0.0250001', 'EUR', 3],
    ['-0.015', 'EUR', -2],
    ['2.5', 'JPY', 2],
    ['3.5', 'JPY', 4],
    ['-0.004', 'EUR', 0],
  ])('rounds %s %s half-even to %d', (decimal, currency, expected) => {
    expect(toMinor(decimal, currency)).toBe(expected);
  });

  test('gives no amount in a currency that has no minor unit, or is none', () => {
    expect(['XXX', 'XAU', 'ABC'].map((currency) => toMinor('1', currency))).toEqual([undefined, undefined, undefined]);
  });

  test.each(['', 'ten', '1,5', '1e3'])('knows that "%s" is no decimal', (text) => {
    expect(toMinor(text, 'EUR')).toBeUndefined();
  });

  test('refuses what a number cannot hold exactly', () => {
    expect(toMinor('90071992547409.91', 'EUR')).toBe(Number.MAX_SAFE_INTEGER);
    expect(toMinor('90071992547409.92', 'EUR')).toBeUndefined();
    expect(toMinor('9007199254740992', 'JPY')).toBeUndefined();
  });

  test('is never further from the exact amount than half a minor unit', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.integer({ min: 0, max: 9 }), (units, places) => {
        const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
        const text = `${units < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${places > 0 ? `.${digits.slice(-places)}` : ''}`;
        const minor = toMinor(text, 'EUR');
        if (minor === undefined) return;
        const difference = BigInt(minor) * 10n ** BigInt(places) - units * 100n;
        const distance = difference < 0n ? -difference : difference;
        expect(2n * distance <= 10n ** BigInt(places)).toBe(true);
      }),
    );
  });
});

describe('toMajor', () => {
  test('is the way of toMinor back, to the last unit', () => {
    expect([toMajor(-50, 'EUR'), toMajor(5, 'EUR'), toMajor(500, 'JPY'), toMajor(1234567, 'KWD')]).toEqual(['-0.50', '0.05', '500', '1234.567']);
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD'), (amount, currency) => expect(toMinor(toMajor(amount, currency), currency)).toBe(amount)),
    );
  });
});

describe('formatMinor', () => {
  test('groups the thousands of what people read', () => {
    const texts = [formatMinor(-123450, 'EUR'), formatMinor(500, 'JPY'), formatMinor(199050, 'HUF'), formatMinor(123456789012, 'KWD'), formatMinor(0, 'XXX'), formatMinor(5, 'EUR')];
    expect(texts).toEqual(['-1,234.50 EUR', '500 JPY', '1,990.50 HUF', '123,456,789.012 KWD', '0 XXX', '0.05 EUR']);
  });
});
