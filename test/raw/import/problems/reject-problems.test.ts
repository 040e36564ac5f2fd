import { describe, expect, test } from '@jest/globals';

import type { Reject } from '../../../../src/raw/quarantine/quarantine.repository.ts';
import { groupRejects, nothingStored, rejectProblem } from '../../../../src/raw/import/problems/reject-problems.ts';
import { batchOf } from '../../../support/lakes/lake.ts';

const place = { brand: 'alpina', entity: 'invoice', batch: batchOf('20260301T050000Z') };
const reject = (line: number, changes: Partial<Reject> = {}): Reject => ({
  ...{ part: 'part-0.csv', line, row: line - 1, sourceId: null, code: 'invalid_value', column: 'Amount', reason: 'Found: "Anna"' },
  ...{ header: ['Id', 'Amount'], csv: true, raw: 'a,Anna' },
  ...changes,
});

describe('rejected rows of a batch', () => {
  test('are grouped by reason and column, at the place of the first, without any value of a row', () => {
    const groups = groupRejects([reject(3), reject(4, { code: 'unrepairable', column: null }), reject(9), reject(11, { column: 'Tax' })]);
    expect(groups).toStrictEqual([
      { code: 'invalid_value', column: 'Amount', part: 'part-0.csv', line: 3, rows: 2 },
      { code: 'unrepairable', column: null, part: 'part-0.csv', line: 4, rows: 1 },
      { code: 'invalid_value', column: 'Tax', part: 'part-0.csv', line: 11, rows: 1 },
    ]);
  });

  test('are a problem that leads to the quarantine', () => {
    const group = { code: 'invalid_value', column: 'Amount', part: 'part-0.csv', line: 3, rows: 1_200 } as const;
    expect(rejectProblem(place, group, false)).toStrictEqual({
      code: 'invalid_value',
      message: 'alpina invoice 20260301T050000Z: 1,200 rows rejected as invalid_value in Amount, the first in part-0.csv line 3',
      ...{ brand: 'alpina', stream: 'invoice', batch: '20260301T050000Z', file: 'part-0.csv', line: 3, column: 'Amount' },
      next: 'hub quarantine list --brand alpina --entity invoice --code invalid_value',
    });
  });

  test('of a dry run did not go there, so their problem does not lead there', () => {
    const { message, next, column } = rejectProblem(place, { code: 'nul_byte', column: null, part: 'a.csv', line: 3, rows: 1 }, true);
    expect(message).toBe('alpina invoice 20260301T050000Z: 1 row rejected as nul_byte, a.csv line 3');
    expect([column, next]).toEqual([undefined, expect.not.stringContaining('hub quarantine list')]);
  });
});

test('a replay that stored nothing says whether there was nothing to store, and whether filters left nothing', () => {
  const found = [nothingStored(0, { status: 'open' }), nothingStored(0, { brands: ['alpina'] }), nothingStored(1, {}), nothingStored(3, {})];
  expect(found.map(({ code, message }) => [code, message])).toEqual([
    ['nothing_to_replay', 'Nothing was stored: no open row lies in quarantine.'],
    ['nothing_to_replay', 'Nothing was stored: no open row lies in quarantine that the filters leave.'],
    ['nothing_replayed', 'Nothing was stored: the row does not fit the contract.'],
    ['nothing_replayed', 'Nothing was stored: none of the 3 rows fits the contract.'],
  ]);
  expect(found.every(({ next }) => next !== undefined)).toBe(true);
});
