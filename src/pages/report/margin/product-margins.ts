import { addMonths, type LocalDate } from '../../../core/time.ts';
import type { View } from '../declare/page.ts';
import type { ProductRow } from '../read/goods.repository.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';

/** Products are compared over so many months, the one that is not over among them. */
export const MARGIN_MONTHS = 3;

/** The first of these months, `2026-01`. */
export function firstMarginMonth(view: View): string {
  return addMonths(`${lastFlowDay(view).slice(0, 7)}-01` as LocalDate, 1 - MARGIN_MONTHS).slice(0, 7);
}

/** The margin of products and months together, in minor units; null if the cost of nothing is known. */
export function marginOf(rows: readonly ProductRow[]): number | null {
  const known = rows.flatMap(({ margin }) => margin ?? []);
  return known.length === 0 ? null : known.reduce((total, own) => total + own, 0);
}

/** The sum of a figure, in minor units. */
export function productSum(rows: readonly ProductRow[], of: 'netSales' | 'coveredSales' | 'cost' | 'fulfilment' | 'paymentFees'): number {
  return rows.reduce((total, row) => total + row[of], 0);
}
