import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  addDays,
  addMillis,
  addMonths,
  batchOfInstant,
  dateOf,
  daysBetween,
  instantFromMillis,
  instantOfBatch,
  millisOf,
  parseBatchId,
  parseDate,
  parseDuration,
  parseInstant,
  shownText,
  shownValue,
  startOfDay,
  toIso,
  type LocalDate,
} from '../../src/core/time.ts';
import { instantOf } from '../support/suite/clock.ts';
import { batchOf } from '../support/lakes/lake.ts';

/** Milliseconds from the year 1000 to the end of 9999. */
const millis = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });

describe('parseInstant', () => {
  test.each([
    ['2018-12-06 12:07:17.000000', '2018-12-06 12:07:17.000000'],
    ['2018-12-06T12:07:17Z', '2018-12-06 12:07:17.000000'],
    ['2018-12-06 12:07:17 UTC', '2018-12-06 12:07:17.000000'],
    ['2018-12-06T12:07:17.123456789Z', '2018-12-06 12:07:17.123456'],
    ['2018-12-06T12:07:17,5Z', '2018-12-06 12:07:17.500000'],
    ['2018-12-06T12:07', '2018-12-06 12:07:00.000000'],
    ['2018-12-06', '2018-12-06 00:00:00.000000'],
    ['2018-12-06T12:07:17+01:00', '2018-12-06 11:07:17.000000'],
    ['2018-12-06T12:07:17.000+0530', '2018-12-06 06:37:17.000000'],
    ['2018-12-06T12:07:17-08', '2018-12-06 20:07:17.000000'],
    ['2019-01-01T00:30:00.25+01:00', '2018-12-31 23:30:00.250000'],
    ['2024-02-29T23:59:59-00:01', '2024-03-01 00:00:59.000000'],
  ])('reads %s as %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  test.each([
    ...['2019-02-29', '2018-13-01', '2018-00-10', '2018-04-31', '1900-02-29', '0000-01-01', '2018-12-06 24:00:00'],
    ...['2018-12-06 12:60:00', '2018-12-06 12:00:61', '06.12.2018', '2018-12-6', '2018-12-06T12', '1544098037', '', 'None'],
    ...['2018-12-06T12:00:00+25:00', '2018-12-06 12:00:00 CET', '2018-12-06 12:00:00.', ' 2018-12-06', '9999-12-31T23:00:00-05:00'],
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('prints what it has parsed, and text order is time order', () => {
    fc.assert(
      fc.property(millis, millis, (one, other) => {
        const instant = instantFromMillis(one);
        expect(parseInstant(instant)).toBe(instant);
        expect(parseInstant(toIso(instant))).toBe(instant);
        expect(millisOf(instant)).toBe(one);
        expect(instant < instantFromMillis(other)).toBe(one < other);
      }),
    );
  });

  test('an offset names the same instant as its UTC form', () => {
    const inner = fc.integer({ min: Date.UTC(1001, 0, 1), max: Date.UTC(9998, 11, 31) });
    fc.assert(
      fc.property(inner, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, minutes) => {
        const sign = minutes < 0 ? '-' : '+';
        const zone = `${sign}${pad(Math.trunc(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
        const local = toIso(instantFromMillis(at + minutes * 60_000)).replace('Z', zone);
        expect(parseInstant(local)).toBe(instantFromMillis(at));
      }),
    );
  });
});

describe('parseDate', () => {
  test.each([
    ['2018-12-06', '2018-12-06'],
    ['2024-02-29', '2024-02-29'],
    ['2000-02-29', '2000-02-29'],
    ['2018-12-06 23:59:59.000000', '2018-12-06'],
    ['2018-12-06T23:30:00-05:00', '2018-12-06'],
  ])('reads %s as the date written, %s', (text, expected) => {
    expect(parseDate(text)).toBe(expected);
  });

  test.each(['2023-02-29', '2018-06-31', '2018-12-06 25:00:00', '20181206', 'NA', ''])('refuses %j', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
});

describe('what commands print', () => {
  test.each([
    ['2026-03-01 02:00:00.000000', '2026-03-01T02:00:00.000Z'],
    ['2026-03-01 02:00:00.250000', '2026-03-01T02:00:00.250Z'],
    ['2026-03-01 02:00:00.250001', '2026-03-01T02:00:00.250001Z'],
    ['2026-03-01', '2026-03-01'],
    ['2026-03-01 02:00', '2026-03-01 02:00'],
    ['paid 2026-03-01 02:00:00.000000', 'paid 2026-03-01 02:00:00.000000'],
    ['', ''],
  ])('shows %j as %j', (text, shown) => {
    expect(shownText(text)).toBe(shown);
  });

  test('has the instants of nested values in ISO 8601, and reads back as the same instants', () => {
    const value = { at: '2026-03-01 02:00:00.000000', rows: [{ since: '2026-03-01 02:00:00.000007', n: 1, none: null }] };
    expect(JSON.parse(JSON.stringify(value, shownValue))).toEqual({ at: '2026-03-01T02:00:00.000Z', rows: [{ since: '2026-03-01T02:00:00.000007Z', n: 1, none: null }] });
    fc.assert(fc.property(millis, (at) => parseInstant(shownText(instantFromMillis(at))) === instantFromMillis(at)));
  });
});

describe('parseDuration', () => {
  test.each([['90s', 90_000], ['30m', 1_800_000], ['1.5 h', 5_400_000], ['7d', 604_800_000], ['2 weeks', 1_209_600_000]])('reads %s as milliseconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '90', '-5m', 'm', '5 parsecs', '2026-03-01', '1h 30m'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('batch ids', () => {
  test('a batch and its instant are two forms of one time', () => {
    fc.assert(
      fc.property(millis, (at) => {
        const instant = instantFromMillis(at - (((at % 1000) + 1000) % 1000));
        expect(instantOfBatch(batchOf(batchOfInstant(instant)))).toBe(instant);
      }),
    );
  });

  test('a writer stands behind the instant, and changes nothing about it', () => {
    const batch = batchOfInstant(addMillis(instantOfBatch(batchOf('20260310T120000Z')), 999), 'eu1');
    expect(batch).toBe('20260310T120000Z-eu1');
    expect(parseBatchId(batch)).toBe(batch);
    expect(instantOfBatch(batch)).toBe('2026-03-10 12:00:00.000000');
  });

  test.each(['20260310T120000Z-', '20260310T120000Z-EU', '20260310T120000Z-a-b', `20260310T120000Z-${'a'.repeat(17)}`])('%j has no writer', (text) => {
    expect(parseBatchId(text)).toBeUndefined();
  });

  test.each(['20181206T120717', '2018-12-06', '20180230T000000Z', '20181206T240000Z', '20181206T126000Z', 'batch=20181206T120717Z', ''])(
    '%j is no batch',
    (text) => {
      expect(parseBatchId(text)).toBeUndefined();
    },
  );
});

describe('calendar arithmetic', () => {
  test.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-11-20', 12, '2027-11-20'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2024-02-29', 12, '2025-02-28'],
  ])('%s and %i months is %s', (from, months, expected) => {
    expect(addMonths(from as LocalDate, months)).toBe(expected);
  });

  test('daysBetween counts what addDays adds, over leap days and summer time', () => {
    expect(addDays('2024-02-28' as LocalDate, 2)).toBe('2024-03-01');
    expect(addDays('2026-03-28' as LocalDate, 2)).toBe('2026-03-30');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700_000 }), fc.integer({ min: -10_000, max: 10_000 }), (day, days) => {
        const from = dateOf(instantFromMillis(Date.UTC(1100, 0, 1) + day * 86_400_000));
        expect(daysBetween(from, addDays(from, days))).toBe(days);
      }),
    );
  });

  test('days and months are those of the calendar, in their month and beyond it', () => {
    const dates = fc.integer({ min: 0, max: 700_000 }).map((day) => dateOf(instantFromMillis(Date.UTC(1100, 0, 1) + day * 86_400_000)));
    fc.assert(
      fc.property(dates, fc.integer({ min: -400, max: 400 }), (from, count) => {
        const [year, month, day] = from.split('-').map(Number) as [number, number, number];
        const lastDay = new Date(Date.UTC(year, month + count, 0)).getUTCDate();
        expect(addMonths(from, count)).toBe(new Date(Date.UTC(year, month - 1 + count, Math.min(day, lastDay))).toISOString().slice(0, 10));
        expect(addDays(from, count)).toBe(new Date(Date.UTC(year, month - 1, day + count)).toISOString().slice(0, 10));
      }),
    );
  });

  test('a day starts at midnight, and milliseconds carry over it', () => {
    expect(startOfDay('2026-11-20' as LocalDate)).toBe('2026-11-20 00:00:00.000000');
    expect(addMillis(instantOf('2026-11-20 23:59:59.999'), 1)).toBe('2026-11-21 00:00:00.000000');
  });
});

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
