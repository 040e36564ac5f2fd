import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addMillis } from '../../../src/core/time.ts';
import { healthAfter, healthy, isHalted, needsProbe, type Health, type Sign } from '../../../src/relays/destinations/health.ts';
import { instantOf } from '../../support/suite/clock.ts';

const now = instantOf('2026-11-20 05:00:00');
const failures = (count: number): Sign[] => Array.from({ length: count }, () => 'failure');

describe('the health of a destination', () => {
  test('is paused by the tenth failure in a row, not by nine, nor by ten with a success between', () => {
    expect(isHalted(healthAfter(healthy, failures(9), now), now)).toBe(false);
    expect(healthAfter(healthy, failures(10), now)).toMatchObject({ failures: 10, pausedUntil: addMillis(now, 60_000) });
    expect(isHalted(healthAfter(healthy, [...failures(5), 'success', ...failures(9)], now), now)).toBe(false);
  });

  test('is paused twice as long each time, up to an hour', () => {
    let health: Health = healthAfter(healthy, failures(10), now);
    const minutes: number[] = [];
    for (let time = now, round = 0; round < 9; round++) {
      const until = health.pausedUntil ?? time;
      minutes.push((Date.parse(`${until.slice(0, 19).replace(' ', 'T')}Z`) - Date.parse(`${time.slice(0, 19).replace(' ', 'T')}Z`)) / 60_000);
      time = until;
      expect(needsProbe(health)).toBe(true);
      health = healthAfter(health, ['failure'], time);
    }
    expect(minutes).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('does not grow the pause by failures of requests that were under way', () => {
    expect(healthAfter(healthy, failures(17), now)).toMatchObject({ failures: 17, pauses: 1, pausedUntil: addMillis(now, 60_000) });
  });

  test('is well again after one success, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Sign>('success', 'failure'), { maxLength: 60 }), (signs) => {
        expect(healthAfter(healthAfter(healthy, signs, now), ['success'], now)).toEqual(healthy);
      }),
    );
  });

  test('after 410 stays disabled, also by a success of a request that was under way', () => {
    const health = healthAfter(healthy, ['gone', 'success'], now);
    expect(health).toMatchObject({ disabledAt: now, disabledReason: 'it answered 410 Gone' });
    expect(isHalted(health, addMillis(now, 1e9))).toBe(true);
  });

  test('is disabled by a 404 where that says that it is gone, which the reason names', () => {
    expect(healthAfter(healthy, ['not_found', 'gone'], now)).toMatchObject({ disabledAt: now });
    expect(healthAfter(healthy, ['not_found'], now).disabledReason).toBe('it answered 404 Not Found');
  });
});
