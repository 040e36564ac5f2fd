import { addMillis, parseInstant, type Clock, type Instant } from '../../../src/core/time.ts';

/** A clock that stands still until it is told otherwise. */
export interface TestClock extends Clock {
  advance(millis: number): void;
}

/** A clock set to an instant; the morning of the daily run by default. */
export function testClock(start = '2026-11-20 05:00:00'): TestClock {
  let now = instantOf(start);
  return {
    now: () => now,
    advance(millis) {
      now = addMillis(now, millis);
    },
  };
}

/** An instant from text; throws if it is none. */
export function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`${text} is no instant`);
  return instant;
}
