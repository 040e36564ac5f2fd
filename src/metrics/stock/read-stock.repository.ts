import { oneSpelling } from '../../core/decimal.ts';
import { addDays, type LocalDate } from '../../core/time.ts';
import { numberOf } from '../../db/dialect.ts';
import type { AggregateSource } from '../aggregates/read-aggregates.repository.ts';
import { VELOCITY_DAYS, type StockLevel } from './stock-status.ts';

/** What lies at a location. Units are decimals. */
export interface StockPlace extends StockLevel {
  readonly sku: string;
  readonly location: string;
  readonly onHand: string;
}

/** The stock of a brand, and the units that were sold of each product in the last complete days. */
export async function readStock({ database, tx }: AggregateSource, brand: string, asOf: LocalDate): Promise<{ readonly places: readonly StockPlace[]; readonly sold: ReadonlyMap<string, string> }> {
  const levels = await database.dialect.selectRows(tx, 'select sku, location, as_of, on_hand, available, reorder_point, lead_time_days from stock_levels where brand = ? and as_of <= ?', [brand, asOf]);
  const sold = await database.dialect.selectRows(
    tx,
    "select sku, sum(coalesce(quantity, 1)) from revenue_facts where brand = ? and kind = 'sale' and sku is not null and fact_date >= ? and fact_date < ? group by sku",
    [brand, addDays(asOf, -VELOCITY_DAYS), asOf],
  );
  return {
    places: levels.map(([sku, location, day, onHand, available, reorder, lead]) => ({
      ...{ sku: String(sku), location: String(location), day: String(day) as LocalDate, onHand: oneSpelling(onHand, true) ?? '0', available: oneSpelling(available, true) ?? '0' },
      ...{ reorderPoint: oneSpelling(reorder, true), leadTimeDays: numberOf(lead) },
    })),
    sold: new Map(sold.map(([sku, units]) => [String(sku), oneSpelling(units, true) ?? '0'])),
  };
}
