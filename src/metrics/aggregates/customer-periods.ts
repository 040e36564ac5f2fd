import type { LocalDate } from '../../core/time.ts';
import { metricCustomerPeriods, type CustomerPeriodRecord } from '../records/aggregate-tables.ts';
import { periodOf, periodsIn, type DayRange, type Grain } from './calendar.ts';

/** A day on which a customer of the scope had an invoice above 0. */
export interface PurchaseDay {
  readonly personId: string;
  readonly day: LocalDate;
  /** When the customer was acquired in the scope. */
  readonly acquiredOn: LocalDate;
}

/** Orders placed on a day by customers who were new, or existing, to their brand. */
export interface OrderDay {
  readonly day: LocalDate;
  readonly isNew: boolean;
  readonly orders: number;
}

/**
 * The customers and orders of each period of a range of whole ones (metrics, "Customers and revenue"). A customer is new
 * in the period of the acquisition, else existing, and counts once a period. A period without any has no row.
 */
export function customerPeriods(brand: string, grain: Grain, range: DayRange, purchases: Iterable<PurchaseDay>, orders: Iterable<OrderDay>): CustomerPeriodRecord[] {
  const periods = new Map(periodsIn(grain, range).map((period) => [period, { customersNew: new Set<string>(), customersExisting: new Set<string>(), ordersNew: 0, ordersExisting: 0 }]));
  for (const { personId, day, acquiredOn } of purchases) {
    const period = periodOf(grain, day);
    const sums = periods.get(period);
    if (acquiredOn >= period) sums?.customersNew.add(personId);
    else sums?.customersExisting.add(personId);
  }
  for (const { day, isNew, orders: count } of orders) {
    const sums = periods.get(periodOf(grain, day));
    if (sums === undefined) continue;
    if (isNew) sums.ordersNew += count;
    else sums.ordersExisting += count;
  }
  return [...periods].flatMap(([period, { customersNew, customersExisting, ordersNew, ordersExisting }]) => {
    const measures = { customers_new: customersNew.size, customers_existing: customersExisting.size, orders_new: ordersNew, orders_existing: ordersExisting };
    return Object.values(measures).every((measure) => measure === 0) ? [] : [metricCustomerPeriods.rowOf({ brand, period, grain, ...measures })];
  });
}
