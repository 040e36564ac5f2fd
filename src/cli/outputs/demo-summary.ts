import type { Context } from '../../context.ts';
import { formatMinor } from '../../core/money.ts';
import { findOrders, simplestRefundedOrder, totalsOfBrands } from '../../orders/history/show.repository.ts';
import { entities } from '../../sources/index.ts';
import { countRejects } from '../../raw/quarantine/quarantine.repository.ts';
import { countRawRows } from '../../raw/store/raw-rows.repository.ts';
import { textTable, type TableColumn } from '../table.ts';
import type { Output } from '../command.ts';
import { orderText } from '../text/show-text.ts';

const TOTALS = ['invoiced', 'credited', 'paid', 'refunded', 'balance', 'outstanding'] as const;

/** What lies in the database now: rows per entity and brand, and what the quarantine holds. */
export async function storedRows(context: Context): Promise<Output> {
  const database = await context.database();
  const brands = context.config.brands.map((brand) => brand.id);
  const items = [];
  for (const entity of entities) {
    const counts = new Map((await countRawRows(database, entity)).map((row) => [row.brand, row]));
    items.push({ entity: entity.name, counts });
  }
  const rejects = await countRejects(database, { status: 'open' });
  const columns = [{ title: 'stored now' }, ...[...brands, 'deleted'].map((title) => ({ title, align: 'right' as const }))];
  const rows = items.map(({ entity, counts }) => [
    entity,
    ...brands.map((brand) => counts.get(brand)?.live ?? 0),
    [...counts.values()].reduce((sum, { deleted }) => sum + deleted, 0),
  ]);
  const quarantine = rejects.map(({ brand, entity, code, column_name: column, rows: count }) => [brand, entity, code, column, count]);
  const quarantineTable = textTable(
    [...['in quarantine', 'entity', 'reason', 'column'].map((title) => ({ title })), { title: 'rows', align: 'right' }],
    quarantine,
  );
  return {
    text: [textTable(columns, rows), ...(quarantine.length > 0 ? ['', quarantineTable] : [])].join('\n'),
    json: { stored: items.map(({ entity, counts }) => ({ entity, brands: Object.fromEntries(counts) })), quarantine: rejects },
  };
}

/** What the customers of each brand come to; currencies never add. */
export async function brandTotals(context: Context): Promise<Output> {
  const totals = await totalsOfBrands(await context.database());
  const columns: TableColumn[] = [{ title: 'totals' }, ...['accounts', ...TOTALS].map((title) => ({ title, align: 'right' as const }))];
  const rows = totals.map((brand) => [brand.brand, brand.accounts, ...TOTALS.map((total) => formatMinor(brand[total], brand.currency))]);
  return { text: textTable(columns, rows), json: totals };
}

/** One order with a refund, to follow from the invoice to the credit note. */
export async function refundedOrder(context: Context): Promise<Output> {
  const database = await context.database();
  const id = await simplestRefundedOrder(database);
  const [order] = id === undefined ? [] : await findOrders(database, id);
  if (order === undefined) return { text: 'No order was refunded.', json: null };
  return { text: `One order with a refund:\n\n${orderText(order)}`, json: { order_id: order.publicId, version: order.version } };
}
