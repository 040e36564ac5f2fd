import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable } from '../src/db/schema.ts';
import { contactStates, subscribers } from '../src/enriched/subscribers/tables.ts';
import { emailTouches } from '../src/raw/email/touches.repository.ts';
import { emailEvents } from '../src/raw/entities/index.ts';
import { rawTable } from '../src/raw/table.ts';

const tables = [...emailEvents.map(rawTable), emailTouches, contactStates, subscribers];

/** The e-mail events, what they mean for each person, and the work in between. */
export const email: Migration = {
  name: '0006_email',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const { name } of [...tables].reverse()) await dropTable(kit, name);
  },
};
