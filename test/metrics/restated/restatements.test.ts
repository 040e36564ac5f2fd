import { expect, test } from '@jest/globals';

import type { SumsHistory, SumsRow } from '../../../src/metrics/restated/sums-history.repository.ts';
import { restatements } from '../../../src/metrics/restated/restatements.ts';

const DAYS = { table: 'metric_mrr_days', period: 'day', measures: ['mrr'] };
const row = (change: SumsRow): SumsRow => ({ brand: 'alpina', currency: 'EUR', day: '2026-03-01', mrr: 100, row_id: 'r', created_run: 'run-0', ...change });
const history = (change: Partial<SumsHistory>): SumsHistory => ({ changes: [], rows: [], runs: new Set(['run-1', 'run-2']), ...change });
const of = (change: Partial<SumsHistory>): unknown => restatements(DAYS, history(change), '2026-03-10').map(({ period, before, after, run }) => [period, before, after, run]);
const update = (runId: string, old: number, now: number) => ({ rowId: 'r', runId, isDeletion: false, delta: { mrr: [old, now] as const } });

test('several changes of a figure are one, from the first to what it is now, with the last run', () => {
  expect(of({ rows: [row({})], changes: [update('run-1', 60, 80), update('run-2', 80, 100)] })).toEqual([['2026-03-01', 60, 100, 'run-2']]);
});

test('what came back to what it was has not changed, and neither has what only moved between rows of a day', () => {
  expect(of({ rows: [row({})], changes: [update('run-1', 100, 80), update('run-2', 80, 100)] })).toEqual([]);
  expect(of({ rows: [row({ mrr: 60 }), row({ row_id: 'new', created_run: 'run-1', mrr: 40 })], changes: [update('run-1', 100, 60)] })).toEqual([]);
});

test('a row that is new counts from 0 whatever it was in between; one that is gone is listed with what it was', () => {
  expect(of({ rows: [row({ created_run: 'run-1' })], changes: [update('run-2', 70, 100)] })).toEqual([['2026-03-01', 0, 100, 'run-1']]);
  const gone = { brand: ['alpina'], currency: ['EUR'], day: ['2026-03-02'], mrr: [55] } as const;
  expect(of({ changes: [{ rowId: 'x', runId: 'run-1', isDeletion: true, delta: gone }] })).toEqual([['2026-03-02', 55, 0, 'run-1']]);
});

test('days that the report before did not have are no past of it', () => {
  const late = { brand: ['alpina'], currency: ['EUR'], day: ['2026-03-10'], mrr: [55] } as const;
  expect(of({ rows: [row({ day: '2026-03-10', created_run: 'run-1' })], changes: [{ rowId: 'x', runId: 'run-1', isDeletion: true, delta: late }] })).toEqual([]);
});

test('of cohorts each cell is told by its measure and age, a new one has only become complete, and cells of other sums are left out', () => {
  const cohorts = { table: 'metric_cohorts', period: 'cohort', measures: ['amount'], isCells: true, only: { dimension: 'all' } };
  const cell = (change: SumsRow): SumsRow => ({ brand: 'alpina', currency: 'EUR', cohort: '2026-01', measure: 'ltv', dimension: 'all', age: 1, amount: 5, row_id: 'c', created_run: 'run-0', ...change });
  const rows = [cell({}), cell({ age: 2, row_id: 'new', created_run: 'run-1' }), cell({ dimension: 'market', row_id: 'm' }), cell({ measure: 'logo', amount: null, row_id: 'l' })];
  const change = (rowId: string) => ({ rowId, runId: 'run-1', isDeletion: false, delta: { amount: [3, 5] as const } });
  const found = restatements(cohorts, history({ rows, changes: [change('c'), change('m')] }), '2026-03');
  expect(found).toEqual([{ scope: 'alpina', currency: 'EUR', period: '2026-01, month 1', measure: 'ltv', before: 3, after: 5, run: 'run-1' }]);
});
