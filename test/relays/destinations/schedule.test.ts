import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addMillis, millisOf } from '../../../src/core/time.ts';
import { defaultRetryMs, nextAttempt, retryAfterOf } from '../../../src/relays/destinations/schedule.ts';
import { instantOf } from '../../support/suite/clock.ts';

const now = instantOf('2026-11-20 05:00:00');
const HOUR = 3_600_000;

test('the default schedule is that of the specification', () => {
  expect(defaultRetryMs).toEqual([5_000, 300_000, 1_800_000, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]);
});

describe('nextAttempt', () => {
  test('keeps within 20 % of the schedule and ends with it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (tries, random) => {
        const next = nextAttempt(defaultRetryMs, tries, undefined, now, () => random);
        const wait = defaultRetryMs[tries - 1];
        if (wait === undefined) expect(next).toBeUndefined();
        else {
          const ms = millisOf(next ?? now) - millisOf(now);
          expect(ms).toBeGreaterThanOrEqual(Math.floor(wait * 0.8));
          expect(ms).toBeLessThanOrEqual(wait * 1.2);
        }
      }),
    );
  });

  test('waits for Retry-After if that is longer, and never less than the schedule', () => {
    expect(nextAttempt([5_000], 1, 60_000, now, () => 0.5)).toBe(addMillis(now, 60_000));
    expect(nextAttempt([5_000], 1, 0, now, () => 0.5)).toBe(addMillis(now, 5_000));
    expect(nextAttempt([5_000], 2, 60_000, now, () => 0.5)).toBeUndefined();
  });
});

describe('retryAfterOf', () => {
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['99999999', 24 * HOUR],
    ['99999999999999999999', 24 * HOUR],
    ['9'.repeat(400), 24 * HOUR],
    ['Fri, 20 Nov 2026 05:10:00 GMT', 600_000],
    ['Friday, 20-Nov-26 05:10:00 GMT', 600_000],
    ['Fri Nov 20 05:10:00 2026', 600_000],
    ['Fri, 20 Nov 2026 04:00:00 GMT', 0],
    ['Sat, 20 Nov 2027 05:00:00 GMT', 24 * HOUR],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-11-20T05:10:00Z', undefined],
    ['', undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfterOf(header, now)).toBe(ms);
  });

  test('of no header is nothing', () => {
    expect(retryAfterOf(undefined, now)).toBeUndefined();
  });
});
