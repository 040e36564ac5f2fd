import type { Migration } from '../src/db/migrator.ts';
import { ensureTable, type TableSpec } from '../src/db/schema.ts';

const added: TableSpec = {
  name: 'destination_states',
  // So long the receiver asked for nothing.
  columns: { held_until: 'instant' },
  primaryKey: ['destination'],
};

/** A Retry-After holds the destination, not only the relay that it answered. */
export const destinationHolds: Migration = {
  name: '0021_destination_holds',
  async up(kit) {
    await ensureTable(kit, added);
  },
  async down(kit) {
    const present = await kit.dialect.columnsOf(kit.knex, added.name);
    if (present.includes('held_until')) await kit.knex.raw('alter table ?? drop column ??', [added.name, 'held_until']);
  },
};
