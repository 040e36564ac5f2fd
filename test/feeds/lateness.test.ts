import { expect, test } from '@jest/globals';

import { hoursLate } from '../../src/feeds/lateness.ts';
import { batchOf } from '../support/lakes/lake.ts';
import { instantOf } from '../support/suite/clock.ts';

const HOUR = 3_600_000;

test.each([
  ['due later', 24 * HOUR, '20260320T060000Z', '2026-03-21 05:59:59', 0],
  ['due now', 24 * HOUR, '20260320T060000Z', '2026-03-21 06:00:00', 0],
  ['due for a day and a half', 24 * HOUR, '20260320T060000Z', '2026-03-22 18:30:00', 36],
  ['not expected', undefined, '20260320T060000Z', '2026-03-22 18:30:00', null],
  ['not there yet', 24 * HOUR, undefined, '2026-03-22 18:30:00', null],
])('a batch that is %s', (_, every, newest, now, hours) => {
  expect(hoursLate({ every }, newest === undefined ? undefined : batchOf(newest), instantOf(now))).toBe(hours);
});
