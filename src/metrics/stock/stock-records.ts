import { add, ZERO } from '../../core/fraction.ts';
import { groupBy } from '../../core/group-by.ts';
import { rounded } from '../../core/rounded.ts';
import type { LocalDate } from '../../core/time.ts';
import { metricStock, type StockRecord } from '../records/marketing-tables.ts';
import { fractionOf } from '../records/rates.ts';
import type { StockPlace } from './read-stock.repository.ts';
import { daysLeft, stockStatus, velocityOf } from './stock-status.ts';

const [VELOCITY_PLACES, DAY_PLACES] = [2, 1];

/** The stock of each product and location; how long it lasts, all locations of a product tell together. @param sold units by product */
export function stockRecords(brand: string, places: readonly StockPlace[], sold: ReadonlyMap<string, string>, asOf: LocalDate): StockRecord[] {
  return [...groupBy(places, ({ sku }) => sku)].flatMap(([sku, own]) => {
    const velocity = velocityOf(fractionOf(sold.get(sku) ?? '0'));
    const left = daysLeft(own.reduce((sum, { available }) => add(sum, fractionOf(available)), ZERO), velocity);
    return own.map((place) =>
      metricStock.rowOf({
        ...{ brand, sku, location: place.location, day: place.day, on_hand: place.onHand, available: place.available, reorder_point: place.reorderPoint },
        ...{ velocity: rounded(velocity, VELOCITY_PLACES), days_left: left === undefined ? null : rounded(left, DAY_PLACES), status: stockStatus(place, left, asOf) },
      }),
    );
  });
}
