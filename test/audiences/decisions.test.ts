import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { LocalDate } from '../../src/core/time.ts';
import { leftOut, type PersonFacts } from '../../src/audiences/members/eligibility.ts';
import { isTooSmall, refusal } from '../../src/audiences/guard.ts';
import { stepMember, type Line, type StoredMember } from '../../src/audiences/members/membership.ts';
import { platforms } from '../../src/audiences/platforms/index.ts';
import { audiencesOf } from '../support/stages/audiences.ts';

const { google, meta, tiktok, csv } = platforms;
const [both] = audiencesOf(`
audiences:
  - name: both
    description: Two brands.
    brands: [alpina, belmont]
    platforms: [google, csv]
    consent: { csv: no_objection }
    where: [{ refunded: false }]
`);
const at = (brand: string, isTest = false) => ({ brand, accountId: `account at ${brand}`, isTest });
const person = (facts: Partial<PersonFacts>): PersonFacts => ({ personId: 'p', emailSha256: 'e', accounts: [at('alpina')], subscriptions: new Map([['alpina', 'subscribed' as const]]), granted: new Set(), suppressed: undefined, ...facts });

describe('whether a person may be given to a platform', () => {
  test.each<[string, Partial<PersonFacts>, string | undefined, string | undefined]>([
    ['subscribed', {}, undefined, undefined],
    ['unknown to the e-mail tool', { subscriptions: new Map() }, 'no_consent', undefined],
    ['who has unsubscribed', { subscriptions: new Map([['alpina', 'unsubscribed']]) }, 'unsubscribed', 'unsubscribed'],
    ['who has unsubscribed from another brand of the audience', { subscriptions: new Map([['alpina', 'subscribed'], ['belmont', 'unsubscribed']]) }, 'unsubscribed', 'unsubscribed'],
    ['who has unsubscribed from a brand outside the audience', { subscriptions: new Map([['alpina', 'subscribed'], ['corvina', 'unsubscribed']]) }, undefined, undefined],
    ['customer of two brands, subscribed to one', { accounts: [at('alpina'), at('belmont')] }, 'no_consent', undefined],
    ['customer of a brand outside the audience too', { accounts: [at('alpina'), at('corvina')] }, undefined, undefined],
    ['with one test account', { accounts: [at('alpina'), at('alpina', true)] }, 'test_data', 'test_data'],
    ['with a test account outside the audience', { accounts: [at('alpina'), at('corvina', true)] }, undefined, undefined],
    ['suppressed', { suppressed: 'complaint' }, 'suppressed', 'suppressed'],
    ['erased', { suppressed: 'erased', accounts: [at('alpina', true)] }, 'erased', 'erased'],
    ['without an address', { emailSha256: null, subscriptions: new Map() }, undefined, undefined],
  ])('%s', (_, facts, onGoogle, onCsv) => {
    if (both === undefined) throw new Error('there is no audience');
    expect([leftOut(person(facts), both, 'google'), leftOut(person(facts), both, 'csv')]).toEqual([onGoogle, onCsv]);
  });
});

describe('whether a snapshot is delivered', () => {
  test.each([
    [{ members: 70, last: 100 }, true, true],
    [{ members: 69, last: 100 }, false, true],
    [{ members: 7, last: 10 }, true, true],
    [{ members: 6, last: 10 }, false, true],
    [{ members: 0, last: 1 }, false, false],
    [{ members: 0, last: 0 }, true, true],
    [{ members: 0, last: undefined }, true, true],
    [{ members: 5, last: undefined }, true, true],
    [{ members: 500, last: 1 }, true, true],
  ])('%j: %s, and with leave to shrink %s', (sizes, plainly, allowed) => {
    expect([refusal(sizes, false) === undefined, refusal(sizes, true) === undefined]).toEqual([plainly, allowed]);
  });

  test('is too small below what the platform needs', () => {
    expect([isTooSmall(google, 99), isTooSmall(google, 100), isTooSmall(meta, 99), isTooSmall(meta, 100), isTooSmall(tiktok, 999), isTooSmall(tiktok, 1_000), isTooSmall(csv, 0)]).toEqual([true, false, true, false, true, false, false]);
  });
});

describe('a membership', () => {
  const line = (name: string | null): Line | undefined => (name === null ? undefined : { hashes: `h-${name}`, lineHash: `l-${name}` });
  const day = (number: number): LocalDate => `2026-04-${String(number).padStart(2, '0')}` as LocalDate;

  test('over any history of days, repetitions and days that never came out, is what was delivered last', () => {
    const state = fc.constantFrom('a', 'b', null);
    // A day's tries, the last of which counts; or a day whose files never came out.
    const aDay = fc.record({ tries: fc.array(state, { minLength: 1, maxLength: 3 }), delivered: fc.boolean() });
    fc.assert(
      fc.property(fc.array(aDay, { minLength: 1, maxLength: 8 }), (days) => {
        let stored: StoredMember | undefined;
        let onPlatform: string | null = null;
        let base: LocalDate | null = null;
        days.forEach(({ tries, delivered }, index) => {
          const dates = { date: day(index + 1), base };
          let said = '';
          for (const next of tries) {
            const step = stepMember(stored, line(next), dates);
            if (step.store !== 'keep') stored = step.store === 'delete' ? undefined : step.store;
            said = step.delta;
            expect(step.baseHashes).toBe(onPlatform === null ? undefined : `h-${onPlatform}`);
            expect(stored?.current?.hashes).toBe(next === null ? undefined : `h-${next}`);
            // The same again changes nothing.
            expect(stepMember(stored, line(next), dates)).toMatchObject({ store: 'keep', change: undefined, delta: step.delta });
          }
          const last = tries.at(-1) ?? null;
          const expected = onPlatform === null ? (last === null ? 'absent' : 'added') : last === null ? 'removed' : last === onPlatform ? 'kept' : 'updated';
          expect(said).toBe(expected);
          if (!delivered) return;
          onPlatform = last;
          base = dates.date;
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('is audited against what is stored, not against the base', () => {
    const stored: StoredMember = { current: line('b') ?? null, before: line('a') ?? null, changedOn: day(2) };
    expect(stepMember(stored, line('b'), { date: day(2), base: day(1) })).toMatchObject({ delta: 'updated', store: 'keep', change: undefined });
    expect(stepMember(stored, line('a'), { date: day(2), base: day(1) })).toMatchObject({ delta: 'kept', store: { changedOn: day(1), before: null }, change: 'update' });
  });
});
