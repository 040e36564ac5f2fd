import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { isOfAPart, missingOf, type PastRun } from '../../../src/engine/runs/coverage.ts';

const TODAY = '2026-11-20' as LocalDate;
const run = (params: Readonly<Record<string, unknown>> = {}, shard = '1/1', brands = 'alpina,belmont'): PastRun => ({ brands, shard, params: JSON.stringify({ from: null, to: null, ...params }) });
const missing = (runs: readonly PastRun[], entities?: readonly string[]): string[] => missingOf({ command: 'x', brands: ['alpina', 'belmont'], entities }, runs, TODAY);

describe('what runs leave undone', () => {
  test('is nothing after a whole run, everything without any', () => {
    expect(missing([run()])).toEqual([]);
    expect(missing([])).toEqual(['alpina', 'belmont']);
  });

  test('is the brands that nobody took up, although their locks were held', () => {
    expect(missing([run({ brands: ['alpina'] })])).toEqual(['belmont']);
    expect(missing([run({ brands: ['alpina'] }), run({ brands: ['belmont', 'corvina'] })])).toEqual([]);
    expect(missing([run({}, '1/1', 'belmont')])).toEqual(['alpina']);
  });

  test('is no brand after a run of a command that does not go by brands', () => {
    expect(missing([run({ brands: null }, '1/1', '')])).toEqual([]);
  });

  test('is the entities that a brand lacks', () => {
    const both = ['invoice', 'payment'];
    expect(missing([run({ entities: both })], both)).toEqual([]);
    expect(missing([run({ entities: ['invoice'] })], both)).toEqual(['alpina/payment', 'belmont/payment']);
    expect(missing([run({ entities: ['invoice'] }), run({ brands: ['alpina'], entities: ['payment'] })], both)).toEqual(['belmont/payment']);
    expect(missing([], both)).toEqual(['alpina', 'belmont']);
  });

  test('is everything until all shards of one division are there', () => {
    expect(missing([run({}, '2/3')])).toEqual(['alpina', 'belmont']);
    expect(missing([run({}, '1/3'), run({}, '2/3'), run({}, '2/3')])).toEqual(['alpina', 'belmont']);
    expect(missing([run({}, '1/3'), run({}, '2/3'), run({}, '1/2'), run({}, '3/4')])).toEqual(['alpina', 'belmont']);
    expect(missing([run({}, '3/3'), run({}, '1/3'), run({}, '2/3')])).toEqual([]);
    expect(missing([run({ brands: ['alpina'] }, '1/2'), run({}, '2/2')])).toEqual(['belmont']);
  });

  test.each(['from', 'to', 'accounts', 'audiences', 'platforms', 'destinations', 'status', 'kinds', 'ids', 'limit'])('is everything after a run of a part (%s)', (name) => {
    expect(missing([run({ [name]: 'something' })])).toEqual(['alpina', 'belmont']);
    expect(isOfAPart({ [name]: null })).toBe(false);
  });

  test('is everything after a run as of an earlier date', () => {
    expect(missing([run({ as_of: '2026-11-19' })])).toEqual(['alpina', 'belmont']);
    expect(missing([run({ as_of: '2026-11-20' })])).toEqual([]);
  });
});
