import type { Database, Transaction } from '../../db/database.ts';
import { paymentMovements, payouts, shopOrders, shopSales } from '../records/tables.ts';

/** What facts of a table come to, by what they are grouped by; currencies never add. */
export interface ShopFigure {
  readonly brand: string;
  readonly currency: string;
  /** Of sales what happened, of movements their category, of payouts their status. */
  readonly kind: string | null;
  readonly rows: number;
  /** Sums of columns, in minor units. */
  readonly sums: Readonly<Record<string, number>>;
}

export interface ShopFigures {
  readonly orders: readonly ShopFigure[];
  readonly sales: readonly ShopFigure[];
  readonly movements: readonly ShopFigure[];
  readonly payouts: readonly ShopFigure[];
}

/** What orders, sales, payments and payouts of all shops come to, without orders that are tests. */
export function shopFigures(database: Database): Promise<ShopFigures> {
  return database.snapshot(async (tx) => ({
    orders: await figuresOf(tx, shopOrders.name, null, ['total', 'refunded'], { is_test: 0 }),
    sales: await figuresOf(tx, shopSales.name, 'kind', ['net', 'tax']),
    movements: await figuresOf(tx, paymentMovements.name, 'category', ['gross', 'fee', 'net']),
    payouts: await figuresOf(tx, payouts.name, 'status', ['amount']),
  }));
}

async function figuresOf(tx: Transaction, table: string, kind: string | null, columns: readonly string[], where: Readonly<Record<string, number>> = {}): Promise<ShopFigure[]> {
  const groups = ['brand', 'currency', ...(kind === null ? [] : [kind])];
  const sums = columns.map((name) => tx.raw('sum(??) as ??', [name, name]));
  const rows = await tx<Record<string, string | number | null>>(table).where(where).groupBy(groups).orderBy(groups).select([...groups, tx.raw('count(*) as number'), ...sums]);
  return rows.map((row) => ({
    ...{ brand: String(row['brand']), currency: String(row['currency']), kind: kind === null ? null : String(row[kind] ?? ''), rows: Number(row['number']) },
    sums: Object.fromEntries(columns.map((name) => [name, Number(row[name] ?? 0)])),
  }));
}
