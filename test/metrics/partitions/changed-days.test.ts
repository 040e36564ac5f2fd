import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { changedDays, type CountedDays } from '../../../src/metrics/partitions/changed-days.ts';

const days = (as: string, from: string, to: string | null = null): CountedDays => ({ as, from: from as LocalDate, to: to as LocalDate | null });

describe('the days on which counts differ', () => {
  test('are none where the same is counted, in whatever pieces', () => {
    expect(changedDays([days('a', '2025-01-01', '2025-03-01')], [days('a', '2025-02-01', '2025-03-01'), days('a', '2025-01-01', '2025-02-01')])).toEqual([]);
  });

  test('begin where an open end is cut, and have no end', () => {
    expect(changedDays([days('a', '2025-01-01')], [days('a', '2025-01-01', '2025-06-10')])).toEqual([{ from: '2025-06-10', to: null }]);
  });

  test('end where an earlier beginning meets the one before', () => {
    expect(changedDays([days('a', '2025-02-01')], [days('a', '2025-01-15')])).toEqual([{ from: '2025-01-15', to: '2025-02-01' }]);
  });

  test('are those of each thing that is counted', () => {
    expect(changedDays([days('a', '2025-01-01', '2025-01-05')], [days('b', '2025-01-01', '2025-01-05')])).toEqual([
      { from: '2025-01-01', to: '2025-01-05' },
      { from: '2025-01-01', to: '2025-01-05' },
    ]);
  });

  test('are all days of what is new or gone', () => {
    expect(changedDays([], [days('a', '2025-01-01')])).toEqual([{ from: '2025-01-01', to: null }]);
    expect(changedDays([days('a', '2025-01-01', '2025-02-01')], [])).toEqual([{ from: '2025-01-01', to: '2025-02-01' }]);
  });
});
