import { describe, expect, test } from '@jest/globals';

import { adjustableClock, cautionOf, compareClocks, REFUSED_SKEW_MS, SAID_SKEW_MS, type ClockReading } from '../../src/core/clock-skew.ts';
import { addMillis } from '../../src/core/time.ts';
import { instantOf, testClock } from '../support/suite/clock.ts';

const noon = instantOf('2026-11-20 12:00:00');
const apart = (skewMs: number): ClockReading => ({ machine: noon, database: addMillis(noon, skewMs), skewMs });

describe('compareClocks', () => {
  test('calls nothing a difference that lies between the question and the answer', () => {
    const asked = { before: noon, after: addMillis(noon, 40) };
    for (const passed of [0, 20, 40]) expect(compareClocks(asked.before, addMillis(noon, passed), asked.after).skewMs).toBe(0);
  });

  test('measures what lies outside of it from the nearer end', () => {
    expect(compareClocks(noon, addMillis(noon, 3_040), addMillis(noon, 40))).toEqual({ machine: addMillis(noon, 40), database: addMillis(noon, 3_040), skewMs: 3_000 });
    expect(compareClocks(noon, addMillis(noon, -3_000), addMillis(noon, 40))).toEqual({ machine: noon, database: addMillis(noon, -3_000), skewMs: -3_000 });
  });
});

describe('cautionOf', () => {
  test.each([0, SAID_SKEW_MS, -SAID_SKEW_MS])('says nothing of %d ms', (skew) => {
    expect(cautionOf(apart(skew), true)).toBeUndefined();
  });

  test.each([
    [SAID_SKEW_MS + 1, '60 s apart'],
    [-150_000, '3 min apart'],
    [REFUSED_SKEW_MS, '60 min apart'],
  ])('says of %d ms what both clocks say, and what to do', (skew, text) => {
    const caution = cautionOf(apart(skew), true);
    expect(caution).toMatchObject({ code: 'clock_skew', nextStep: expect.stringContaining('NTP') });
    expect(caution?.message).toContain('The clock of this machine says 2026-11-20T12:00:00.000Z, that of the database 2026-11-20T');
    expect(caution?.message).toContain(text);
  });

  test.each([
    [REFUSED_SKEW_MS + 1, '60 min apart'],
    [-9_000_000, '2 h 30 min apart'],
    [365 * 86_400_000, '365 days apart'],
  ])('refuses %d ms where something is decided by date, and says them elsewhere', (skew, text) => {
    expect(() => cautionOf(apart(skew), true)).toThrow(expect.objectContaining({ kind: 'configuration', code: 'clock_skew', message: expect.stringContaining(text) }));
    expect(cautionOf(apart(skew), false)?.message).toContain(text);
  });
});

test('an adjusted clock goes as its own does, and shows the difference more', () => {
  const own = testClock('2025-11-20 12:00:00');
  const clock = adjustableClock(own);
  expect(clock.now()).toBe(own.now());
  clock.adjust(365 * 86_400_000);
  expect(clock.now()).toBe(noon);
  own.advance(1_500);
  expect(clock.now()).toBe(addMillis(noon, 1_500));
});
