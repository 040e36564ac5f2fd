import { expect, test } from '@jest/globals';

import { plansOf } from '../../../src/raw/shift/plans.ts';
import type { Score } from '../../../src/raw/shift/score.ts';

/** Of a table of four columns, the last of which is nullable: merges, inserts and lost of each plan. */
function plans(fields: readonly (string | null)[], raw?: string): string[] {
  const score = { width: 4, isOptional: (column: number) => column === 3 } as unknown as Score;
  return plansOf(score, { fields, raw, delimiter: ',' }).map(({ reading, merges, inserts, lost }) => `${reading} ${merges} ${inserts} ${lost}`);
}

test('a row of the right width stands as it is, or has lost what its table had no room for', () => {
  expect(plans(['1', 'a', 'b', '2'])).toEqual(['fields 0 0 0', 'fields 1 0 1']);
});

test('empty fields at the end may have been filled up for those that were dropped', () => {
  expect(plans(['1', 'a', 'b', ''])).toEqual(['fields 0 0 0', 'fields 1 0 1', 'fields 0 1 0']);
});

test('a longer row has delimiters in values, or empty fields behind its last column', () => {
  expect([plans(['1', 'a', 'b', 'c', '2']), plans(['1', 'a', 'b', '2', ''])]).toEqual([['fields 1 0 0'], ['fields 1 0 0', 'fields 0 0 0']]);
});

test('a shorter row has dropped fields, unless it is not half as long as its table', () => {
  expect([plans(['1', 'a']), plans(['1'])]).toEqual([['fields 0 2 0'], []]);
});

test('a field that holds delimiters may be several that a stray quote has swallowed', () => {
  expect(plans(['1', 'a,b', '2'])).toEqual(['fields 0 1 0', 'cut 0 0 0']);
});

test('a quote without a partner has the line itself read', () => {
  expect(plans(['1', 'a,b,2'], '1,"a,b,c,2')).toEqual(['literal 1 0 0']);
});
