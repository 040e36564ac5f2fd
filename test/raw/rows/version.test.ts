import { describe, expect, test } from '@jest/globals';

import { effectiveInstant, isAheadOfBatch, type RowVersion } from '../../../src/raw/rows/version.ts';
import { instantOf } from '../../support/suite/clock.ts';
import { batchOf } from '../../support/lakes/lake.ts';

const base: RowVersion = { hash: 'a', updatedDate: instantOf('2026-11-01 10:00:00'), deleted: false, batch: batchOf('20261102T000000Z'), row: 5 };
const version = (changes: Partial<RowVersion>): RowVersion => ({ ...base, ...changes });

test('a row without a date stands for the instant of its batch', () => {
  expect(effectiveInstant(version({ updatedDate: null }))).toBe('2026-11-02 00:00:00.000000');
  expect(effectiveInstant(base)).toBe(base.updatedDate);
});

describe('an UpdatedDate after the batch that brings it', () => {
  const dated = (updatedDate: string): RowVersion => version({ updatedDate: instantOf(updatedDate) });

  test('counts as the instant of the batch if it lies more than a day ahead', () => {
    expect(effectiveInstant(dated('2062-11-01 10:00:00'))).toBe('2026-11-02 00:00:00.000000');
    expect(effectiveInstant(dated('2026-11-03 00:00:01'))).toBe('2026-11-02 00:00:00.000000');
    expect([dated('2062-11-01 10:00:00'), dated('2026-11-03 00:00:01')].map(isAheadOfBatch)).toEqual([true, true]);
  });

  test('holds up to a day ahead, as clocks and time zones differ', () => {
    expect(effectiveInstant(dated('2026-11-03 00:00:00'))).toBe('2026-11-03 00:00:00.000000');
    expect([dated('2026-11-03 00:00:00'), base, version({ updatedDate: null })].map(isAheadOfBatch)).toEqual([false, false, false]);
  });
});
