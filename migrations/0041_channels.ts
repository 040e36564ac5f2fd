import type { Migration } from '../src/db/migrator.ts';
import { ensureTable, type TableSpec } from '../src/db/schema.ts';

/** Columns that come to tables of before. */
const added: readonly TableSpec[] = [
  { name: 'revenue_facts', columns: { channel: 'key', payment_fee: 'integer' }, primaryKey: [] },
  { name: 'metric_customers', columns: { channel: 'key' }, primaryKey: [] },
];

/** The channel of customers and revenue, and what payments cost (metrics specification, "Customers and revenue", "Margin"). */
export const channels: Migration = {
  name: '0041_channels',
  async up(kit) {
    for (const table of added) await ensureTable(kit, table);
  },
  async down(kit) {
    for (const { name, columns } of added) {
      const present = await kit.dialect.columnsOf(kit.knex, name);
      for (const column of Object.keys(columns)) if (present.includes(column)) await kit.knex.raw('alter table ?? drop column ??', [name, column]);
    }
  },
};
