import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { instantFromMillis } from '../../src/core/time.ts';
import { dayIn, endOfDayIn, instantIn, startOfDayIn } from '../../src/core/zone.ts';
import type { Instant, LocalDate } from '../../src/core/time.ts';

/** With half hours, both sides of the date line, a winter that is said to be the summer, and one that changed sides (Apia). */
const ZONES = ['UTC', 'Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Kiritimati', 'Africa/Casablanca', 'America/Santiago', 'Europe/Dublin'];

describe('the day of an instant in a zone', () => {
  test('is what a clock there shows, on days on which it is put forward or back too', () => {
    const millis = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2039, 11, 31) });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), millis, (zone, at) => {
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
        expect(dayIn(instantFromMillis(at), zone)).toBe(shown);
      }),
      { numRuns: 500 },
    );
  });

  test('begins and ends where startOfDayIn and endOfDayIn say', () => {
    for (const zone of ZONES) {
      for (const day of ['2026-03-29', '2026-10-25', '2026-11-01', '2026-04-05', '2026-01-01'] as LocalDate[]) {
        const [start, end] = [startOfDayIn(day, zone), endOfDayIn(day, zone)];
        expect(dayIn(start, zone)).toBe(day);
        expect(dayIn(end, zone) > day).toBe(true);
        expect(dayIn(instantFromMillis(Date.parse(`${start.replace(' ', 'T').slice(0, 23)}Z`) - 1), zone) < day).toBe(true);
      }
    }
  });

  test('is refused where there is no such zone', () => {
    expect(() => dayIn(instantFromMillis(0), 'Europe/Nowhere')).toThrow(RangeError);
  });
});

test.each([
  ['2026-03-20 12:00:00.123456', 'UTC', '2026-03-20 12:00:00.123456'],
  ['2026-03-20 12:00:00.123456', 'Europe/Berlin', '2026-03-20 11:00:00.123456'],
  ['2026-07-20 12:00:00.000000', 'Europe/Berlin', '2026-07-20 10:00:00.000000'],
  ['2026-03-20 12:00:00.000000', 'Asia/Kathmandu', '2026-03-20 06:15:00.000000'],
  ['2026-01-01 00:30:00.000000', 'Pacific/Auckland', '2025-12-31 11:30:00.000000'],
  // Shown twice: the earlier one. 02:30 of summer time is 00:30 of UTC.
  ['2026-10-25 02:30:00.000000', 'Europe/Berlin', '2026-10-25 00:30:00.000000'],
  // Shown never: with the offset of before, which is half past three of summer time.
  ['2026-03-29 02:30:00.000000', 'Europe/Berlin', '2026-03-29 01:30:00.000000'],
  ['2026-03-29 01:59:59.000000', 'Europe/Berlin', '2026-03-29 00:59:59.000000'],
  ['2026-03-29 03:00:00.000000', 'Europe/Berlin', '2026-03-29 01:00:00.000000'],
])('a clock shows %s in %s at %s', (local, zone, instant) => {
  expect(instantIn(local as Instant, zone)).toBe(instant);
});
