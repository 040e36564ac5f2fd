import { describe, expect, test } from '@jest/globals';

import { canBeDeleted, scoreOf } from '../../../src/raw/shift/score.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';

const columns = ['Id', 'Comments', 'Status', 'InvoiceDate', 'Amount', 'Deleted'].map((name) => invoice.columns.find((column) => column.name === name));
const [ID, COMMENTS, STATUS, DATE, AMOUNT, DELETED] = [0, 1, 2, 3, 4, 5];
const score = scoreOf(columns, false);
const id = '0123456789abcdef0123456789abcdef';

describe('a value', () => {
  test('is accepted if its column can hold it, an empty one if the column need not be filled', () => {
    expect([score.accepts(DATE, '2026-01-05'), score.accepts(DATE, '12.50'), score.accepts(DATE, ''), score.accepts(COMMENTS, null)]).toEqual([true, false, false, true]);
  });

  test('costs nothing where it is usual, and more where it is odd or cannot be held', () => {
    expect([score.misfit(ID, id), score.misfit(AMOUNT, '12.50'), score.misfit(COMMENTS, 'call me back'), score.misfit(STATUS, 'Posted')]).toEqual([0, 0, 0, 0]);
    expect(score.misfit(COMMENTS, id)).toBeGreaterThan(score.misfit(COMMENTS, '42'));
    expect(score.misfit(DATE, 'call me back')).toBeGreaterThan(score.misfit(DATE, '2026-01-05 10:00:00'));
    expect(score.misfit(COMMENTS, ' call')).toBeGreaterThan(score.misfit(COMMENTS, 'call'));
  });
});

test('neighbours join the better the more they read like prose', () => {
  const [prose, bare, amount] = [score.join(COMMENTS, 'late', ' sorry'), score.join(COMMENTS, 'late', 'sorry'), score.join(COMMENTS, 'late', '12.50')];
  expect([prose < bare, bare < amount]).toEqual([true, true]);
});

test('a delimiter costs something only where no space is behind it', () => {
  expect(score.bareDelimiters('late, sorry', ',')).toBe(0);
  expect(score.bareDelimiters('late,sorry', ',')).toBeGreaterThan(0);
});

test('only free text may hold a delimiter, and only what is neither key nor mark nor required may be missing', () => {
  const all = [ID, COMMENTS, STATUS, DATE, AMOUNT, DELETED];
  expect(all.filter((at) => score.isMergeable(at))).toEqual([COMMENTS]);
  expect(all.filter((at) => score.isOptional(at))).toEqual([COMMENTS, STATUS]);
  expect([score.isDeletionMark(DELETED), score.isNumber(AMOUNT), score.isNumber(DATE)]).toEqual([true, true, false]);
});

test('a row that says that it is deleted needs only its key', () => {
  const deletion = scoreOf(columns, true);
  expect([deletion.accepts(DATE, ''), deletion.accepts(ID, ''), deletion.accepts(DELETED, 'true'), deletion.accepts(DELETED, 'false'), deletion.accepts(DELETED, '')]).toEqual([true, false, true, false, false]);
  expect([canBeDeleted(columns), canBeDeleted(columns.slice(0, 5))]).toEqual([true, false]);
});
