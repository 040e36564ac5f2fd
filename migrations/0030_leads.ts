import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropIndex, dropTable, replaceIndex, type TableSpec } from '../src/db/schema.ts';

/** The tables of leads, contacts and consents as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'raw_leads',
    columns: {
      brand: 'key!', lead_id: 'key!', person_id: 'key', received_at: 'instant!', form: 'key!', record: 'longtext',
      lake_batch: 'key!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'lead_id'],
    indexes: [['person_id']],
  },
  {
    name: 'leads',
    columns: {
      brand: 'key!', lead_id: 'key!', person_id: 'key', email_sha256: 'key', email_md5: 'key',
      received_at: 'instant!', form: 'key!', partner: 'key', method: 'key!', rule: 'key', target: 'text!',
      state: 'key!', knowledge_as_of: 'integer', withheld: 'boolean!', forms_version: 'key!', judged_by: 'key!',
      is_crawler: 'boolean!', crawler_reason: 'key', outcome: 'key!', outcome_reason: 'key', may_restore: 'boolean!',
      geo_status: 'key!', country: 'text', region: 'text', city: 'text', time_zone: 'text', ip_prefix: 'key',
      utm_source: 'text', utm_medium: 'text', utm_campaign: 'text', utm_term: 'text', utm_content: 'text',
      click_id: 'text', gclid: 'text', gbraid: 'text', wbraid: 'text', dclid: 'text', fbclid: 'text',
      msclkid: 'text', ttclid: 'text', li_fat_id: 'text', twclid: 'text', sub1: 'text', sub2: 'text', sub3: 'text',
      sub4: 'text', sub5: 'text', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'lead_id'],
    indexes: [['person_id'], ['brand', 'received_at']],
  },
  {
    name: 'lead_exchanges',
    columns: {
      brand: 'key!', lead_id: 'key!', person_id: 'key', method: 'key!', path: 'text!', headers: 'longtext!',
      pairs: 'longtext!', extra: 'longtext!', query: 'longtext!', status: 'integer!', location: 'text!',
      micros: 'integer!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'lead_id'],
    indexes: [['person_id']],
  },
  {
    name: 'lead_field_errors',
    columns: {
      brand: 'key!', lead_id: 'key!', field: 'key!', category: 'key!', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'lead_id', 'field'],
  },
  {
    name: 'lead_params',
    columns: {
      brand: 'key!', lead_id: 'key!', position: 'key!', name: 'text!', value: 'text!', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'lead_id', 'position'],
  },
  {
    name: 'consents',
    columns: {
      brand: 'key!', consent_id: 'key!', person_id: 'key!', purpose: 'key!', granted: 'boolean!', source: 'key!',
      evidence: 'key!', text_version: 'text', occurred_at: 'instant!', checksum: 'hash!', created_run: 'key!',
      updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'consent_id'],
    indexes: [['person_id']],
  },
  {
    name: 'contacts',
    columns: {
      brand: 'key!', person_id: 'key!', email_sha256: 'key!', state: 'key!', leads: 'integer!',
      duplicates: 'integer!', restored: 'integer!', first_lead: 'instant', last_lead: 'instant',
      removed_at: 'instant', restored_at: 'instant', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id'],
  },
  {
    name: 'contact_events',
    columns: {
      brand: 'key!', person_id: 'key!', event_id: 'key!', kind: 'key!', occurred_at: 'instant!', outcome: 'key!',
      reason: 'key', state: 'key', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id', 'event_id'],
  },
];

const BY_ADDRESS = ['brand', 'email_sha256'];
/** Names an index that there is not. */
const NONE = ['none'];

/** Leads with what was decided of them, contacts and consents (serve specification, "import-intake: the ten steps"). */
export const leads: Migration = {
  name: '0030_leads',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
    await replaceIndex(kit, 'email_unsubscribes', NONE, BY_ADDRESS);
  },
  async down(kit) {
    await dropIndex(kit, 'email_unsubscribes', BY_ADDRESS);
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
