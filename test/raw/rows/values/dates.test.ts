import { expect, test } from '@jest/globals';

import { scanDate, scanInstant } from '../../../../src/raw/rows/values/dates.ts';
import { scanned } from './scanned.ts';

test.each([['2018-12-06'], ['2026-02-28'], ['2026-01-31'], ['2026-04-30']])('%s is a date as it stands', (text) => expect(scanned(scanDate, text)).toBe(text));

test.each([['2026-02-29'], ['2024-02-29'], ['2026-04-31'], ['2026-13-01'], ['2026-00-10'], ['2026-01-00'], ['2026/01/01'], ['0026-01-01'], ['2026-1-01'], [' 2026-01-1'], ['2026-01-01 ']])(
  '%j is left to the parser of dates',
  (text) => expect(scanned(scanDate, text)).toBeUndefined(),
);

test.each([
  ['2018-12-06 12:07:17.000000', '2018-12-06 12:07:17.000000'],
  ['2018-12-06T12:07:17Z', '2018-12-06 12:07:17.000000'],
  ['2018-12-06T13:07:17+01:00', '2018-12-06 12:07:17.000000'],
  ['2018-12-06T03:07:17-05:00', '2018-12-06 08:07:17.000000'],
])('%s is the instant %s', (text, expected) => expect(scanned(scanInstant, text)).toBe(expected));

test.each([
  ['of another day in UTC', '2018-12-06T00:30:00+01:00'],
  ['of another day in UTC, later', '2018-12-06T23:30:00-01:00'],
  ['with half an hour in its offset', '2018-12-06T12:07:17+05:30'],
  ['of a zone that is not told', '2018-12-06 12:07:17'],
  ['with milliseconds', '2018-12-06T12:07:17.123Z'],
  ['at 24 hours', '2018-12-06 24:00:00.000000'],
  ['at 60 seconds', '2018-12-06T12:07:60Z'],
  ['that is a date alone', '2018-12-06'],
])('an instant %s is left to its parser', (_what, text) => expect(scanned(scanInstant, text)).toBeUndefined());
