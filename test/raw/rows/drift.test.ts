import { describe, expect, test } from '@jest/globals';

import { addHeader, describeDrift, newDrift } from '../../../src/raw/rows/drift.ts';

test('a batch without drift has nothing to report', () => expect(describeDrift(newDrift())).toEqual({}));

test('the headers of all parts add up, each name once', () => {
  const drift = newDrift();
  addHeader(drift, { unknown: ['Zone', 'Colour'], absent: ['Notes'] });
  addHeader(drift, { unknown: ['Colour'], absent: ['Notes', 'Batch'] });
  expect(describeDrift(drift)).toEqual({ unknown_columns: ['Colour', 'Zone'], absent_columns: ['Batch', 'Notes'] });
});

describe('an unknown value', () => {
  const reported = (...values: readonly (readonly [string, number])[]): unknown => describeDrift({ ...newDrift(), unknownValues: new Map([['Status', new Map(values)]]) }).unknown_values;

  test('is named if it is a word that comes in three rows', () => {
    expect(reported(['Frozen', 3], ['On hold', 7])).toEqual({ Status: { Frozen: 3, 'On hold': 7 } });
  });

  test('is counted without its name if it may be a text that went astray', () => {
    expect(reported(['Frozen', 2], ['anna@mail.invalid', 9], ['4111', 5], ['Draft', 4])).toEqual({ Status: { Draft: 4, 'other values': 16 } });
  });
});

test('counts are reported by column', () => {
  expect(describeDrift({ ...newDrift(), unusualIds: new Map([['Id', 2]]), nullWords: new Map([['AccountId', 1]]), aheadOfBatch: 4 })).toEqual({
    unusual_ids: { Id: 2 }, null_words: { AccountId: 1 }, ahead_of_batch: 4,
  });
});
