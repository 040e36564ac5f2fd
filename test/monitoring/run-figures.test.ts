import { describe, expect, test } from '@jest/globals';

import type { RunRecord } from '../../src/engine/runs/job-runs.repository.ts';
import { figuresOf, judgeRuns } from '../../src/monitoring/run-figures.ts';
import { instantOf } from '../support/suite/clock.ts';

const record = (changes: Partial<RunRecord> = {}): RunRecord => ({
  run_id: 'r' as RunRecord['run_id'],
  command: 'import-billing',
  brands: 'alpina',
  shard: '1/1',
  status: 'succeeded',
  started_at: instantOf('2026-11-20 05:00:00'),
  finished_at: instantOf('2026-11-20 05:01:00'),
  duration_ms: 60_000,
  params: '{"from":null,"to":null}',
  totals: '{"read":1000,"rejected":0,"active":{"alpina":3}}',
  ...changes,
});
const yesterday = { started_at: instantOf('2026-11-19 05:00:00') };
const empty = { totals: '{"read":0,"rejected":0}' };

describe('the figures of a run', () => {
  test('are its rows read, its rejects and its time', () => {
    expect(figuresOf(record())).toEqual({ runId: 'r', rows: 1000, rejected: 0, durationMs: 60_000 });
  });
  test('know no rows where none are counted', () => {
    expect(figuresOf(record({ totals: '{"done":{"alpina":3}}' }))).toMatchObject({ rows: null, rejected: null });
  });
});

describe('runs are judged', () => {
  const before = Array.from({ length: 6 }, () => record(yesterday));

  test('by those before them only', () => {
    const [newest, ...others] = judgeRuns([record(empty), ...before]);
    expect(newest?.anomalies.map(({ kind }) => kind)).toEqual(['no_rows']);
    expect(newest?.before).toHaveLength(6);
    expect(others.flatMap(({ anomalies }) => anomalies)).toEqual([]);
  });

  test('as silent for as long as they bring nothing, however many days that is', () => {
    const silent = Array.from({ length: 60 }, (_, day) => record({ ...empty, started_at: instantOf(`2027-${day < 30 ? '02' : '01'}-${String(28 - (day % 28)).padStart(2, '0')} 05:00:00`) }));
    const judged = judgeRuns([...silent, ...before]);
    const marks = judged.slice(0, -before.length).map(({ anomalies }) => anomalies);
    expect(marks.length).toBeGreaterThan(50);
    expect(new Set(marks.map((anomalies) => JSON.stringify(anomalies)))).toEqual(new Set(['[{"kind":"no_rows","value":0,"usual":1000}]']));
  });

  test('not as silent if nothing is usual but for a day now and then', () => {
    const days = Array.from({ length: 28 }, (_, day) => record({ ...(day % 7 === 3 ? {} : empty), started_at: instantOf(`2026-10-${String(28 - day).padStart(2, '0')} 05:00:00`) }));
    expect(judgeRuns(days).flatMap(({ anomalies }) => anomalies)).toEqual([]);
  });

  test.each([
    ['another command', { command: 'enrich' }],
    ['other brands', { brands: 'belmont' }],
    ['another shard', { shard: '1/2' }],
    ['other entities', { params: '{"entities":["invoice"]}' }],
  ])('not by runs of %s', (_title, changes) => {
    expect(judgeRuns([record({ ...empty, ...changes }), ...before])[0]).toMatchObject({ before: [], anomalies: [] });
  });

  test.each([
    ['a backfill', { params: '{"from":"20260101T000000Z","to":"20260201T000000Z"}' }],
    ['a selection of accounts', { params: '{"accounts":["a"]}' }],
    ['a failed run', { status: 'failed' as const }],
    ['a repetition that found nothing left to do', yesterday],
  ])('but %s is left out', (_title, changes) => {
    expect(judgeRuns([record({ ...empty, ...changes }), ...before])).toHaveLength(6);
  });
});
