import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable } from '../src/db/schema.ts';
import { orderTables } from './0004_orders_tables.ts';

export const orders: Migration = {
  name: '0004_orders',
  async up(kit) {
    for (const table of orderTables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...orderTables].reverse()) await dropTable(kit, table.name);
  },
};
