import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { lastResumption, suspensionsOf, type ChainAmendment } from '../../../src/enriched/chains/suspensions.ts';

const amendment = (type: string, effective: string | null, status: string | null = 'Completed'): ChainAmendment => ({ type, status, effective: effective as LocalDate | null });
const suspend = (effective: string, status?: string | null): ChainAmendment => amendment('SuspendSubscription', effective, status);
const resume = (effective: string, status?: string | null): ChainAmendment => amendment('ResumeSubscription', effective, status);

describe('suspensionsOf', () => {
  test('goes from a suspension to the next resumption, whatever the order of the rows', () => {
    const rows = [resume('2025-04-11'), suspend('2025-06-01'), suspend('2025-03-01'), amendment('NewProduct', '2025-03-05')];
    const found = [{ from: '2025-03-01', to: '2025-04-11' }, { from: '2025-06-01', to: null }];
    expect(suspensionsOf(rows)).toEqual(found);
    expect(suspensionsOf([...rows].reverse())).toEqual(found);
  });

  test('begins with the first of several suspensions, and ends with the first resumption', () => {
    expect(suspensionsOf([suspend('2025-03-01'), suspend('2025-03-10'), resume('2025-04-01'), resume('2025-05-01')])).toEqual([{ from: '2025-03-01', to: '2025-04-01' }]);
  });

  test('is nothing of one day, without a date, of a draft, and of a resumption alone', () => {
    expect(suspensionsOf([suspend('2025-03-01'), resume('2025-03-01')])).toEqual([]);
    expect(suspensionsOf([amendment('SuspendSubscription', null), suspend('2025-03-01', 'Draft'), resume('2025-02-01')])).toEqual([]);
    expect(suspensionsOf([suspend('2025-03-01', null)])).toHaveLength(1);
  });
});

test('lastResumption is the latest date of a resumption', () => {
  expect(lastResumption([resume('2025-04-11'), resume('2025-02-01'), suspend('2025-06-01')])).toBe('2025-04-11');
  expect(lastResumption([suspend('2025-06-01')])).toBeNull();
});
