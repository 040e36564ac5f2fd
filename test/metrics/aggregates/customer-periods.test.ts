import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { daysOfMonth, wholePeriods, type Grain } from '../../../src/metrics/aggregates/calendar.ts';
import { customerPeriods, type OrderDay, type PurchaseDay } from '../../../src/metrics/aggregates/customer-periods.ts';

const purchases = ['a 2026-01-05 2026-01-05', 'a 2026-01-06 2026-01-05', 'a 2026-01-20 2026-01-05', 'b 2026-01-20 2025-03-01'].map((text): PurchaseDay => {
  const [personId = '', day = '', acquiredOn = ''] = text.split(' ');
  return { personId, day: day as LocalDate, acquiredOn: acquiredOn as LocalDate };
});
const orders: OrderDay[] = [{ day: '2026-01-05' as LocalDate, isNew: true, orders: 2 }, { day: '2026-01-20' as LocalDate, isNew: false, orders: 1 }];
const rowsOf = (grain: Grain): string[] =>
  customerPeriods('alpina', grain, wholePeriods(grain, daysOfMonth('2026-01')), purchases, orders).map(
    (row) => `${row.period} ${row.customers_new} ${row.customers_existing} ${row.orders_new} ${row.orders_existing}`,
  );

test('a customer is new in the period of the acquisition and counts once in it, else existing', () => {
  expect(rowsOf('day')).toEqual(['2026-01-05 1 0 2 0', '2026-01-06 0 1 0 0', '2026-01-20 0 2 0 1']);
  expect(rowsOf('week')).toEqual(['2026-01-05 1 0 2 0', '2026-01-19 0 2 0 1']);
  expect(rowsOf('month')).toEqual(['2026-01-01 1 1 2 1']);
});

test('what lies outside the range is in no period', () => {
  expect(customerPeriods('alpina', 'day', daysOfMonth('2026-02'), purchases, orders)).toEqual([]);
});
