import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import { numberOf } from '../../../db/dialect.ts';
import type { View } from '../declare/page.ts';
import { lastFlowDay } from './revenue.repository.ts';

/** What a product brought and cost in a month; amounts in minor units. Without a SKU: shipping and fees. */
export interface ProductRow {
  readonly scope: string;
  readonly month: string;
  readonly sku: string;
  readonly currency: string;
  readonly quantity: number;
  readonly netSales: number;
  readonly coveredSales: number;
  readonly cost: number;
  readonly fulfilment: number;
  readonly paymentFees: number;
  readonly margin: number | null;
}

/** What lies at a location. */
export interface StockRow {
  readonly scope: string;
  readonly sku: string;
  readonly location: string;
  readonly day: LocalDate;
  readonly onHand: number;
  readonly available: number;
  readonly reorderPoint: number | null;
  readonly velocity: number;
  readonly daysLeft: number | null;
  readonly status: string;
}

/** Products by month, months that have begun by the last complete day. */
export async function readProducts(tx: Transaction, view: View): Promise<ProductRow[]> {
  const rows = (await tx('metric_products')
    .whereIn('brand', view.brands)
    .where('month', '<=', lastFlowDay(view).slice(0, 7))
    .where('month', '>=', view.from?.slice(0, 7) ?? '')
    .orderBy(['brand', 'currency', 'month', 'sku'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), month: String(row['month']), sku: String(row['sku']), currency: String(row['currency']), quantity: Number(row['quantity']), netSales: Number(row['net_sales']) },
    ...{ coveredSales: Number(row['covered_sales']), cost: Number(row['cost']), fulfilment: Number(row['fulfilment']), paymentFees: Number(row['payment_fees']), margin: numberOf(row['margin']) },
  }));
}

/** The stock of each product and location. */
export async function readStockRows(tx: Transaction, brands: readonly string[]): Promise<StockRow[]> {
  const rows = (await tx('metric_stock').whereIn('brand', brands).orderBy(['brand', 'sku', 'location'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), sku: String(row['sku']), location: String(row['location']), day: String(row['day']) as LocalDate, onHand: Number(row['on_hand']), available: Number(row['available']) },
    ...{ reorderPoint: numberOf(row['reorder_point']), velocity: Number(row['velocity']), daysLeft: numberOf(row['days_left']), status: String(row['status']) },
  }));
}
