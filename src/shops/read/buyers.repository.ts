import { encodeRow } from '../../core/text/row-text.ts';
import { slices } from '../../core/slices.ts';
import type { Transaction } from '../../db/database.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { ChangedStates } from '../../engine/records/records.repository.ts';
import type { RecordTable } from '../../engine/records/record-table.ts';
import { shopChanges, shopOrders, shopSales } from '../records/tables.ts';
import { PAGE } from './raw-rows.repository.ts';

/** Whose revenue facts are part of, which changed so. */
export type BuyersOf = (tx: Transaction, brand: string, changed: ChangedStates) => Promise<ReadonlySet<string>>;

/** Of orders: those of before too, as an order may have another buyer now. */
export const buyersOfOrders: BuyersOf = (_tx, _brand, changed) => Promise.resolve(valuesOf(shopOrders, 'buyer_id', changed));

/** Of sales: the buyers of their orders as these are now; an order that is gone has told of its buyer itself. */
export const buyersOfSales: BuyersOf = async (tx, brand, changed) => {
  const found = new Set<string>();
  for (const keys of slices([...valuesOf(shopSales, 'order_key', changed)].sort(), PAGE)) {
    const buyers = await tx<{ brand: string; source_id: string; buyer_id: string }>(shopOrders.name).where({ brand }).whereIn('source_id', keys).whereNotNull('buyer_id').pluck('buyer_id');
    for (const buyer of buyers) found.add(buyer);
  }
  return found;
};

/** Notes them under the change number of the run, for the stages that take them up. */
export async function noteBuyers({ database, tx, changeNo }: Pick<RecordTarget, 'database' | 'tx' | 'changeNo'>, buyers: Iterable<string>): Promise<void> {
  const rows = [...buyers].sort().map((buyer) => encodeRow([String(changeNo), buyer]));
  if (rows.length > 0) await database.dialect.bulkInsertMissing(tx, { table: shopChanges.name, columns: ['change_no', 'person_id'], rows });
}

function valuesOf({ columns }: RecordTable, column: string, { before, after }: ChangedStates): Set<string> {
  const place = Object.keys(columns).indexOf(column);
  return new Set([...before, ...after].flatMap((values) => values[place] ?? []));
}
