import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const tables: readonly TableSpec[] = [
  {
    name: 'email_sends',
    columns: {
      brand: 'key!', source_id: 'key!', message_id: 'text', campaign_id: 'text', campaign_name: 'text', contact_id: 'key',
      occurred_at: 'instant', email_sha256: 'key', email_md5: 'key', extra: 'json', row_hash: 'hash!', lake_batch: 'key!',
      lake_row: 'integer!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
  },
  {
    name: 'email_opens',
    columns: {
      brand: 'key!', source_id: 'key!', message_id: 'text', campaign_id: 'text', campaign_name: 'text', contact_id: 'key',
      occurred_at: 'instant', user_agent: 'text', ip_address: 'text', is_machine: 'boolean', email_sha256: 'key',
      email_md5: 'key', machine_reason: 'key', extra: 'json', row_hash: 'hash!', lake_batch: 'key!', lake_row: 'integer!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
  },
  {
    name: 'email_clicks',
    columns: {
      brand: 'key!', source_id: 'key!', message_id: 'text', campaign_id: 'text', campaign_name: 'text', contact_id: 'key',
      occurred_at: 'instant', url: 'text', user_agent: 'text', ip_address: 'text', is_bot: 'boolean', email_sha256: 'key',
      email_md5: 'key', machine_reason: 'key', extra: 'json', row_hash: 'hash!', lake_batch: 'key!', lake_row: 'integer!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
  },
  {
    name: 'email_unsubscribes',
    columns: {
      brand: 'key!', source_id: 'key!', message_id: 'text', campaign_id: 'text', campaign_name: 'text', contact_id: 'key',
      occurred_at: 'instant', reason: 'text', scope: 'text', email_sha256: 'key', email_md5: 'key', extra: 'json',
      row_hash: 'hash!', lake_batch: 'key!', lake_row: 'integer!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
  },
  {
    name: 'email_touches',
    columns: {
      brand: 'key!', bucket: 'key!', touch_id: 'key!', event: 'key!', touches: 'integer!', content: 'longtext!',
    },
    primaryKey: ['brand', 'bucket', 'touch_id'],
  },
  {
    name: 'email_contacts',
    columns: {
      brand: 'key!', contact_id: 'key!', person_id: 'key', first_sent: 'instant', last_sent: 'instant',
      last_human_open: 'instant', last_human_click: 'instant', first_unsubscribed_at: 'instant', unsubscribed_at: 'instant',
      unsubscribed_reason: 'key',
    },
    primaryKey: ['brand', 'contact_id'],
    indexes: [['brand', 'person_id']],
  },
  {
    name: 'email_subscribers',
    columns: {
      brand: 'key!', person_id: 'key!', email_sha256: 'key!', email_md5: 'key!', first_sent: 'instant',
      last_sent: 'instant', last_human_open: 'instant', last_human_click: 'instant', first_unsubscribed_at: 'instant',
      unsubscribed_at: 'instant', unsubscribed_reason: 'key', resubscribed_at: 'instant', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id'],
  },
];

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
