import { describe, expect, test } from '@jest/globals';

import { effectiveAt, objectsAt, strongerReason } from '../../../src/raw/events/effective.ts';
import { instantOf } from '../../support/suite/clock.ts';
import { batchOf } from '../../support/lakes/lake.ts';

const BATCH = batchOf('20260310T030000Z');
const EXPORTED = instantOf('2026-03-10 03:00:00');
const FIRST_MESSAGE = instantOf('2020-05-01 08:00:00');

describe('an unsubscription', () => {
  test.each([
    ['an instant', '2026-03-05 09:00:00', '2026-03-05 09:00:00.000000'],
    ['a date alone, from the end of that day', '2026-03-05', '2026-03-05 23:59:59.999999'],
    ['the date of its batch', '2026-03-10', EXPORTED],
    ['a date in the future', '2099-01-01 10:00:00', EXPORTED],
    ['zero', '1970-01-01 00:00:00', EXPORTED],
    ['zero in another zone', '1970-01-01 01:00:00', EXPORTED],
    ['the day of the first message, from the end of that day', '2020-05-01', '2020-05-01 23:59:59.999999'],
    ['an hour before the first message', '2020-05-01 07:00:00', EXPORTED],
    ['a day before the brand wrote to anybody', '2000-01-01 00:00:00', EXPORTED],
  ])('dated %s', (_title, occurred, counts) => expect(objectsAt(instantOf(occurred), BATCH, FIRST_MESSAGE)).toBe(counts));

  test('of a brand whose first message is not known counts from its date', () => {
    expect(objectsAt(instantOf('2000-01-01 10:00:00'), BATCH)).toBe('2000-01-01 10:00:00.000000');
  });

  test('keeps the latest reason, and a complaint whatever comes later', () => {
    const [early, late] = [instantOf('2026-03-01 10:00:00'), instantOf('2026-03-02 10:00:00')];
    expect(strongerReason({ at: early, reason: 'hard_bounce' }, { at: late, reason: 'link' })).toBe('link');
    expect(strongerReason({ at: early, reason: 'complaint' }, { at: late, reason: 'link' })).toBe('complaint');
    expect(strongerReason({ at: late, reason: 'link' }, { at: late, reason: 'api' })).toBe('api');
    expect(strongerReason({ at: null, reason: null }, { at: early, reason: 'link' })).toBe('link');
  });
});

test('an open counts at its instant, at midnight too, but no later than its batch', () => {
  expect(effectiveAt(instantOf('2026-03-05'), BATCH)).toBe('2026-03-05 00:00:00.000000');
  expect(effectiveAt(instantOf('2026-03-11 10:00:00'), BATCH)).toBe(EXPORTED);
});
