import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { fromPlatformMinor } from '../../src/core/platform-money.ts';

interface Case {
  readonly platform: string;
  readonly text: string;
  readonly unit: string;
  readonly currency: string;
  readonly to: string;
  readonly digits?: number;
  readonly expect: number | string | null;
}
const { money } = JSON.parse(readFileSync('test/vectors/sources.json', 'utf8')) as { money: { cases: readonly Case[] } };
const cases = money.cases.filter(({ unit, to }) => unit === 'minor' && to === 'minor');

describe('fromPlatformMinor', () => {
  test.each(cases.map((each) => [`${each.text} ${each.currency} of ${each.platform}`, each] as const))('%s', (_title, { text, currency, digits, expect: amount }) => {
    expect(fromPlatformMinor(text, currency.toUpperCase(), digits) ?? null).toBe(amount);
  });

  test('signs stay, and amounts below one unit', () => {
    expect(fromPlatformMinor('-5', 'EUR')).toBe(-5);
    expect(fromPlatformMinor('0', 'JPY')).toBe(0);
    expect(fromPlatformMinor('5', 'nothing')).toBeUndefined();
  });
});
