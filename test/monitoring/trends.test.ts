import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { anomaliesOf, median, type RunFigures } from '../../src/monitoring/trends.ts';

const run = (changes: Partial<RunFigures> = {}): RunFigures => ({ runId: 'r', rows: 10_000, rejected: 20, durationMs: 60_000, ...changes });
/** Fourteen days that differ a little. */
const usual = Array.from({ length: 14 }, (_, day) =>
  run({ rows: 10_000 + (day % 5) * 150, rejected: 18 + (day % 4), durationMs: 60_000 + (day % 3) * 2_000 }),
);
const kinds = (figures: RunFigures, before: readonly RunFigures[] = usual) => anomaliesOf(figures, before).map(({ kind }) => kind);

describe('a run is as usual', () => {
  test('if it is like those before it', () => expect(kinds(run())).toEqual([]));
  test('if it has more rows: a backlog comes at once', () => expect(kinds(run({ rows: 90_000, rejected: 170 }))).toEqual([]));
  test('if it is faster or has no rejects', () => expect(kinds(run({ durationMs: 5, rejected: 0 }))).toEqual([]));
  test('if there are fewer than five runs to compare it with', () => expect(kinds(run({ rows: 0 }), usual.slice(0, 4))).toEqual([]));
  test('if no rows are the usual', () => expect(kinds(run({ rows: 0 }), usual.map((day) => ({ ...day, rows: 0, rejected: 0 })))).toEqual([]));
  test('if it takes seconds longer, as a loaded machine does', () =>
    expect(kinds(run({ durationMs: 900 }), usual.map((day) => ({ ...day, durationMs: 100 })))).toEqual([]));
  test('if a few rows are rejected where none were', () =>
    expect(kinds(run({ rejected: 4 }), usual.map((day) => ({ ...day, rejected: 0 })))).toEqual([]));
  test('if the series swings as much as it does', () => {
    const swinging = usual.map((day, index) => ({ ...day, rows: index % 2 === 0 ? 1_000 : 19_000 }));
    expect(kinds(run({ rows: 1_000 }), swinging)).toEqual([]);
  });
  test('if the command counts no rows', () => expect(kinds(run({ rows: null, rejected: null }))).toEqual([]));
});

describe('a run is unusual', () => {
  test('with no rows where there are some else', () =>
    expect(anomaliesOf(run({ rows: 0, rejected: 0 }), usual)).toEqual([{ kind: 'no_rows', value: 0, usual: 10_300 }]));
  test('with far fewer rows', () => expect(anomaliesOf(run({ rows: 900, rejected: 2 }), usual)).toEqual([{ kind: 'few_rows', value: 900, usual: 10_300 }]));
  test('with far more rejects', () => expect(anomaliesOf(run({ rejected: 400 }), usual)).toEqual([{ kind: 'many_rejects', value: 400, usual: 18 }]));
  test('with as many rejects as usual of a tenth of the rows', () => expect(kinds(run({ rows: 1_000, rejected: 20 }))).toEqual(['few_rows', 'many_rejects']));
  test('if it takes far longer', () => expect(anomaliesOf(run({ durationMs: 300_000 }), usual)).toEqual([{ kind: 'slow', value: 300_000, usual: 62_000 }]));
  test('even after six bad days among fourteen', () => {
    const withBadDays = usual.map((day, index) => (index < 6 ? { ...day, rows: 0, durationMs: 900_000 } : day));
    expect(kinds(run({ rows: 0, rejected: 0 }), withBadDays)).toEqual(['no_rows']);
  });
});

describe('the judgement', () => {
  const figures = fc.record({
    runId: fc.constant('r'),
    rows: fc.nat(1_000_000),
    rejected: fc.nat(1_000),
    durationMs: fc.nat(10_000_000),
  });

  test('does not depend on the order of the earlier runs', () => {
    fc.assert(
      fc.property(figures, fc.array(figures, { minLength: 5, maxLength: 14 }), (one, before) => {
        expect(anomaliesOf(one, [...before].reverse())).toEqual(anomaliesOf(one, before));
      }),
    );
  });

  test('never calls the middle of a series unusual', () => {
    fc.assert(
      fc.property(fc.array(figures, { minLength: 5, maxLength: 13 }), (before) => {
        const middle = run({ rows: median(before.map(({ rows }) => rows)), rejected: 0, durationMs: median(before.map(({ durationMs }) => durationMs)) });
        expect(anomaliesOf(middle, before)).toEqual([]);
      }),
    );
  });
});
