import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Instant } from '../../../src/core/time.ts';
import { fieldSchema } from '../../../src/leads/fields/field.ts';
import { consentInForce, consentsOf, mayRestore, type ConsentEntry } from '../../../src/leads/steps/consents.ts';

const at = (day: number) => `2026-03-${String(day).padStart(2, '0')} 00:00:00.000000` as Instant;
const box = (purpose: string, text?: string) => fieldSchema.parse({ kind: 'consent', purpose, text });
const entry = (granted: boolean, day: number): ConsentEntry => ({ purpose: 'marketing_email', granted, at: at(day) });

describe('consentInForce', () => {
  test('is the latest entry of the purpose, at one instant a denial, and nothing is not granted', () => {
    expect(consentInForce([], 'marketing_email')).toBe(false);
    expect(consentInForce([entry(false, 1), entry(true, 2)], 'marketing_email')).toBe(true);
    expect(consentInForce([entry(true, 1), entry(false, 2)], 'marketing_email')).toBe(false);
    expect(consentInForce([entry(true, 2), entry(false, 2)], 'marketing_email')).toBe(false);
    expect(consentInForce([entry(true, 2)], 'analytics')).toBe(false);
  });

  test('does not depend on the order of arrival', () => {
    const entries = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })).map(([granted, day]) => entry(granted, day)));
    fc.assert(
      fc.property(entries.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([one, other]) => {
        expect(consentInForce(one, 'marketing_email')).toBe(consentInForce(other, 'marketing_email'));
      }),
    );
  });
});

describe('consentsOf', () => {
  const fields = new Map([['optin', box('marketing_email', 'v3')], ['share', box('partner_sharing')], ['again', box('marketing_email', 'v4')]]);

  test('makes an entry of each box that says yes or no; one that is absent is none', () => {
    expect(consentsOf({ fields }, { optin: true, email: 'anna@mail.ch' }, at(1))).toEqual([{ purpose: 'marketing_email', granted: true, at: at(1), textVersion: 'v3' }]);
    expect(consentsOf({ fields }, {}, at(1))).toEqual([]);
  });

  test('takes a no for the answer where two boxes ask for the same', () => {
    const granted = (values: Record<string, boolean>) => consentsOf({ fields }, values, at(1)).map((each) => [each.purpose, each.granted, each.textVersion]);
    expect(granted({ optin: true, again: false, share: false })).toEqual([['marketing_email', false, 'v4'], ['partner_sharing', false, null]]);
    expect(granted({ optin: false, again: true })).toEqual([['marketing_email', false, 'v3']]);
  });
});

test('mayRestore asks for the tick where the form has the box, and for nothing where it has none', () => {
  const asking = { fields: new Map([['optin', box('marketing_email')]]) };
  expect(mayRestore(asking, { optin: true }, at(1))).toBe(true);
  expect(mayRestore(asking, { optin: false }, at(1))).toBe(false);
  expect(mayRestore(asking, {}, at(1))).toBe(false);
  expect(mayRestore({ fields: new Map([['share', box('partner_sharing')]]) }, {}, at(1))).toBe(true);
});
