import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { billionths, parseDecimal, roundedDecimal } from '../../src/core/decimal.ts';

const PLACES = 9;

describe('parseDecimal', () => {
  test.each([
    ['49.90', '49.9'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['+7', '7'],
    ['007.50', '7.5'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['1E5', '100000'],
    ['1.5e-3', '0.0015'],
    ['12e-9', '0.000000012'],
    ['0.000000001', '0.000000001'],
    ['1.0000000000', '1'],
    ['9999999999999999999.999999999', '9999999999999999999.999999999'],
    ['0.0e99', '0'],
  ])('reads %s as %s', (text, expected) => {
    expect(parseDecimal(text)).toBe(expected);
  });

  test.each(['', '.', '-', '+', 'e5', '1,5', '1 000', 'NaN', 'Infinity', '0x10', '1e', '--1', '1.2.3', '€5', '٣', '1e-10', '0.0000000001', '1e19', '99999999999999999999'])(
    'refuses %j instead of rounding or guessing',
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  test('is exact: scaled to whole billionths it is the same number as before', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 28n) + 1n, max: 10n ** 28n - 1n }), fc.nat(4), fc.nat(3), (billionths, zeros, pad) => {
        const text = print(billionths, '0'.repeat(zeros), '0'.repeat(pad));
        const parsed = parseDecimal(text) ?? 'refused';
        expect(scale(parsed)).toBe(billionths);
        expect(parsed).toMatch(/^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d*[1-9])$/);
        expect(parseDecimal(parsed)).toBe(parsed);
      }),
    );
  });

  test('an exponent moves the point and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -9, max: 9 }), (mantissa, exponent) => {
        const parsed = parseDecimal(`${mantissa}e${exponent}`) ?? 'refused';
        expect(scale(parsed)).toBe(BigInt(mantissa) * 10n ** BigInt(PLACES + exponent));
      }),
    );
  });
});

function print(billionths: bigint, zerosBehind: string, zerosBefore: string): string {
  const digits = String(billionths < 0n ? -billionths : billionths).padStart(PLACES + 1, '0');
  return `${billionths < 0n ? '-' : ''}${zerosBefore}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}${zerosBehind}`;
}

function scale(canonical: string): bigint {
  const [whole = '', fraction = ''] = canonical.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(PLACES, '0'));
  return canonical.startsWith('-') ? -value : value;
}

describe('billionths', () => {
  test.each([
    ['0', 0n],
    ['41', 41_000_000_000n],
    ['-0.5', -500_000_000n],
    ['12.500000000', 12_500_000_000n],
    ['9223372036854775807.000000001', 9_223_372_036_854_775_807_000_000_001n],
  ])('are exact for %s', (decimal, expected) => {
    expect(billionths(decimal)).toBe(expected);
  });
});

describe('roundedDecimal', () => {
  test.each([
    ['12.34', '12.34'],
    ['12.340000000000002', '12.34'],
    ['0.30000000000000004', '0.3'],
    ['-0.0000000004', '0'],
    ['1.2E+3', '1200'],
    ['4.0e-10', '0'],
    ['0.0000000025', '0.000000002'],
    ['0.0000000035', '0.000000004'],
    ['0.00000000250000000001', '0.000000003'],
    ['0.9999999999', '1'],
    ['-1.9999999995000001e1', '-19.999999995'],
  ])('rounds %s to %s', (text, expected) => {
    expect(roundedDecimal(text)).toBe(expected);
  });

  test.each(['', '.', 'NaN', '1,5', '12 CHF', '1e30', 'Infinity', '100000000000000000000.5'])('takes %j for no number, or too large a one', (text) => {
    expect(roundedDecimal(text)).toBeUndefined();
  });

  test('is never further than half a billionth from what a double is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), (value) => {
        expect(Math.abs(Number(roundedDecimal(String(value))) - value)).toBeLessThanOrEqual(0.5e-9 + Math.abs(value) * Number.EPSILON);
      }),
    );
  });
});
