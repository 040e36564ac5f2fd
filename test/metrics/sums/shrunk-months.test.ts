import { expect, test } from '@jest/globals';

import { lossesByMonth, tooMuchLost } from '../../../src/metrics/sums/shrunk-months.ts';

test('a month loses the rows that are gone, less those that came', () => {
  const before = ['2025-01-01', '2025-01-02', '2025-01-03', '2025-02-01'];
  expect([...lossesByMonth(before, ['2025-01-02', '2025-02-01', '2025-02-02', '2025-03'])]).toEqual([['2025-01', 2]]);
  expect([...lossesByMonth(['2025-03'], [])]).toEqual([['2025-03', 1]]);
});

test('only a month that is over and had some rows can lose too much of them', () => {
  const lost = (month: string, before: number, after: number) => ({ table: 'metric_revenue_days', brand: 'alpina', month, before, after });
  const months = [lost('2025-01', 10, 6), lost('2025-02', 10, 7), lost('2025-03', 9, 0), lost('2025-04', 100, 0), lost('2025-05', 100, 0)];
  expect(tooMuchLost(months, '2025-05').map(({ month }) => month)).toEqual(['2025-01', '2025-04']);
});
