import type { Migration } from '../src/db/migrator.ts';
import { ensureTable, type TableSpec } from '../src/db/schema.ts';

const added: TableSpec = {
  name: 'relays',
  // The SHA-256 of the address to which a mail goes.
  columns: { recipient: 'key' },
  primaryKey: ['relay_id'],
};

/** A mail has one relay for each recipient. */
export const relayRecipients: Migration = {
  name: '0043_relay_recipients',
  async up(kit) {
    await ensureTable(kit, added);
  },
  async down(kit) {
    const present = await kit.dialect.columnsOf(kit.knex, added.name);
    if (present.includes('recipient')) await kit.knex.raw('alter table ?? drop column ??', [added.name, 'recipient']);
  },
};
