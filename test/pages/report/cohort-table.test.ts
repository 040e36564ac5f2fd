import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { averagesBlock, cohortBlock } from '../../../src/pages/report/cohorts/cohort-table.ts';
import type { CohortCell } from '../../../src/pages/report/read/cohorts.repository.ts';

interface AverageVector {
  readonly name: string;
  readonly cohorts: readonly Readonly<{ members: number; cells: readonly number[] }>[];
  readonly expect: readonly number[];
}

const { cohort_average: vectors } = JSON.parse(readFileSync(new URL('../../vectors/metrics.json', import.meta.url), 'utf8')) as { cohort_average: AverageVector[] };

function cells(cohorts: AverageVector['cohorts'], value = '*'): CohortCell[] {
  return cohorts.flatMap(({ members, cells: amounts }, index) => amounts.map((amount, age) => ({ scope: 'alpina', value, cohort: `2025-0${index + 1}`, currency: 'EUR', age, members, amount })));
}

test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, { cohorts, expect: expected }) => {
  expect(cohortBlock(cells(cohorts), 'per_member')?.rows[0]?.slice(2)).toEqual(expected);
});

describe('cohortBlock', () => {
  const two = [{ members: 9, cells: [9, 3] }, { members: 20, cells: [20] }];

  test('shows shares of members, a cell that is not complete as unknown, and greys what is of fewer than ten', () => {
    const block = cohortBlock(cells(two), 'of_members');
    expect(block?.rows).toEqual([['Average', 29, 1, 3 / 9], ['2025-01', 9, 1, 3 / 9], ['2025-02', 20, 1, null]]);
    expect(block?.faint).toEqual(new Set([1]));
  });

  test('shows shares of the first amount, averaged over the same cohorts above and below', () => {
    expect(cohortBlock(cells([{ members: 10, cells: [1_000, 900] }, { members: 10, cells: [9_000] }]), 'of_first')?.rows[0]).toEqual(['Average', 20, 1, 0.9]);
  });

  test('keeps ages for the data files that have no column on the page', () => {
    const block = cohortBlock(cells([{ members: 10, cells: Array.from({ length: 9 }, () => 1) }]), 'per_member');
    expect(block?.columns.map(({ name }) => name)).toContain('age_8');
    expect(block?.unshown).toEqual(new Set(['age_7', 'age_8']));
  });

  test('has nothing to show of nobody', () => {
    expect(cohortBlock([], 'per_member')).toBeUndefined();
    expect(averagesBlock([], 'per_member', 'Channel')).toBeUndefined();
  });
});

test('averages of values come with the largest first, weighted by members', () => {
  const rows = averagesBlock([...cells([{ members: 10, cells: [1_000] }], 'email'), ...cells([{ members: 10, cells: [1_000] }, { members: 30, cells: [6_000] }], 'meta')], 'per_member', 'Channel')?.rows;
  expect(rows).toEqual([['meta', 40, 175], ['email', 10, 100]]);
});
