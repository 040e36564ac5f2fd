import type { Migration } from '../src/db/migrator.ts';
import { addIndex, createTable, dropIndex, dropTable, ensureTable, replaceIndex, type TableSpec } from '../src/db/schema.ts';

/** Columns that come to tables of before; the next import-sources fills them. */
const added: readonly TableSpec[] = [
  { name: 'shop_orders', columns: { buyer_id: 'key' }, primaryKey: [] },
  { name: 'shop_sales', columns: { order_key: 'key', line_id: 'key' }, primaryKey: [] },
];
const changes: TableSpec = { name: 'shop_changes', columns: { change_no: 'integer!', person_id: 'key!' }, primaryKey: ['change_no', 'person_id'] };
const [OLD, NEW] = [['brand', 'account', 'order_id'], ['brand', 'order_key']];
const BUYERS = ['buyer_id'];

/** Whose orders of shops make revenue, and who of them changed (metrics specification, "Feeds": orders of a shop). */
export const shopRevenue: Migration = {
  name: '0056_shop_revenue',
  async up(kit) {
    for (const table of added) await ensureTable(kit, table);
    await addIndex(kit, 'shop_orders', BUYERS);
    await replaceIndex(kit, 'shop_sales', OLD, NEW);
    await createTable(kit, changes);
  },
  async down(kit) {
    await dropTable(kit, changes.name);
    await replaceIndex(kit, 'shop_sales', NEW, OLD);
    await dropIndex(kit, 'shop_orders', BUYERS);
    for (const { name, columns } of added) {
      const present = await kit.dialect.columnsOf(kit.knex, name);
      for (const column of Object.keys(columns)) if (present.includes(column)) await kit.knex.raw('alter table ?? drop column ??', [name, column]);
    }
  },
};
