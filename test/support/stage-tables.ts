import type { Database } from '../../src/db/database.ts';
import { createTable, type TableSpec } from '../../src/db/schema.ts';

/** What the audiences read of the stages beside them; made only where no migration has made it. */
const tables: readonly TableSpec[] = [
  {
    name: 'email_subscribers',
    columns: {
      brand: 'key!',
      person_id: 'key!',
      email_sha256: 'key!',
      email_md5: 'key!',
      first_sent: 'instant',
      last_sent: 'instant',
      last_human_open: 'instant',
      last_human_click: 'instant',
      first_unsubscribed_at: 'instant',
      unsubscribed_at: 'instant',
      unsubscribed_reason: 'key',
      resubscribed_at: 'instant',
      created_run: 'key!',
      updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id'],
  },
  {
    name: 'customer_accounts',
    columns: {
      brand: 'key!',
      customer_account_id: 'key!',
      currency: 'currency!',
      public_id: 'key!',
      person_id: 'key!',
      market: 'text',
      country: 'text',
      billing_accounts: 'json!',
      invoiced: 'integer!',
      credited: 'integer!',
      paid: 'integer!',
      refunded: 'integer!',
      balance: 'integer!',
      outstanding: 'integer!',
      unallocated: 'integer!',
      checksum: 'hash!',
      created_run: 'key!',
      updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'customer_account_id', 'currency'],
    indexes: [['person_id']],
  },
];

/** Makes the tables of the stages beside the audiences, if they are not there. */
export async function ensureStageTables(database: Database): Promise<void> {
  for (const table of tables) await createTable({ knex: database.knex, dialect: database.dialect }, table);
}
