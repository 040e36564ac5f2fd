import type { TableSpec } from '../../db/schema.ts';
import { recordTable, specOf, type RecordIn } from '../../engine/records/record-table.ts';

/** Leads as the server journaled them; the personal data. Null in `record` for erased persons. */
export const rawLeads = recordTable({
  name: 'raw_leads',
  auditName: 'raw.lead',
  keys: ['lead_id'],
  idColumn: 'lead_id',
  columns: { brand: 'key!', lead_id: 'key!', person_id: 'key', received_at: 'instant!', form: 'key!', record: 'longtext', lake_batch: 'key!' },
  indexes: [['person_id']],
});

/** What was decided of each lead (serve specification, "import-intake: the ten steps"). */
export const leads = recordTable({
  name: 'leads',
  auditName: 'lead.lead',
  keys: ['lead_id'],
  idColumn: 'lead_id',
  ownerColumn: 'person_id',
  columns: {
    ...{ brand: 'key!', lead_id: 'key!', person_id: 'key', email_sha256: 'key', email_md5: 'key', received_at: 'instant!', form: 'key!', partner: 'key', method: 'key!' },
    ...{ rule: 'key', target: 'text!', state: 'key!', knowledge_as_of: 'integer', withheld: 'boolean!', forms_version: 'key!', judged_by: 'key!' },
    ...{ is_crawler: 'boolean!', crawler_reason: 'key', outcome: 'key!', outcome_reason: 'key', may_restore: 'boolean!' },
    ...{ geo_status: 'key!', country: 'text', region: 'text', city: 'text', time_zone: 'text', ip_prefix: 'key' },
    ...{ utm_source: 'text', utm_medium: 'text', utm_campaign: 'text', utm_term: 'text', utm_content: 'text', click_id: 'text' },
    ...{ gclid: 'text', gbraid: 'text', wbraid: 'text', dclid: 'text', fbclid: 'text', msclkid: 'text', ttclid: 'text', li_fat_id: 'text', twclid: 'text' },
    ...{ sub1: 'text', sub2: 'text', sub3: 'text', sub4: 'text', sub5: 'text' },
  },
  indexes: [['person_id'], ['brand', 'received_at']],
});

/** What was sent and answered. */
export const leadExchanges = recordTable({
  name: 'lead_exchanges',
  auditName: 'lead.exchange',
  keys: ['lead_id'],
  idColumn: 'lead_id',
  columns: {
    ...{ brand: 'key!', lead_id: 'key!', person_id: 'key', method: 'key!', path: 'text!', headers: 'longtext!', pairs: 'longtext!', extra: 'longtext!', query: 'longtext!' },
    ...{ status: 'integer!', location: 'text!', micros: 'integer!' },
  },
  indexes: [['person_id']],
});

/** What was wrong with the fields of a lead. */
export const leadFieldErrors = recordTable({
  name: 'lead_field_errors',
  auditName: 'lead.field_error',
  keys: ['lead_id', 'field'],
  idColumn: 'lead_id',
  columns: { brand: 'key!', lead_id: 'key!', field: 'key!', category: 'key!' },
});

/** Parameters of a lead that have no column. */
export const leadParams = recordTable({
  name: 'lead_params',
  auditName: 'lead.param',
  keys: ['lead_id', 'position'],
  idColumn: 'lead_id',
  columns: { brand: 'key!', lead_id: 'key!', position: 'key!', name: 'text!', value: 'text!' },
});

/** What persons agreed to and refused; entries are only ever added. */
export const consents = recordTable({
  name: 'consents',
  auditName: 'lead.consent',
  keys: ['consent_id'],
  idColumn: 'consent_id',
  columns: {
    ...{ brand: 'key!', consent_id: 'key!', person_id: 'key!', purpose: 'key!', granted: 'boolean!', source: 'key!', evidence: 'key!', text_version: 'text', occurred_at: 'instant!' },
  },
  indexes: [['person_id']],
});

/** What a person is for a brand: the fold over valid leads and removals. */
export const contacts = recordTable({
  name: 'contacts',
  auditName: 'lead.contact',
  keys: ['person_id'],
  idColumn: 'person_id',
  columns: {
    ...{ brand: 'key!', person_id: 'key!', email_sha256: 'key!', state: 'key!', leads: 'integer!', duplicates: 'integer!', restored: 'integer!' },
    ...{ first_lead: 'instant', last_lead: 'instant', removed_at: 'instant', restored_at: 'instant' },
  },
  indexes: [['change_no']],
});

/** The steps of that fold, leads with the state of knowledge of when they came. */
export const contactEvents = recordTable({
  name: 'contact_events',
  auditName: 'lead.contact_event',
  keys: ['person_id', 'event_id'],
  idColumn: 'event_id',
  columns: { brand: 'key!', person_id: 'key!', event_id: 'key!', kind: 'key!', occurred_at: 'instant!', outcome: 'key!', reason: 'key', state: 'key' },
});

/**
 * Step 10: what became of a lead at each destination that takes leads of its kind, and at its partner's network. What is there
 * with a relay stays; without one it says why not, and may still change.
 */
export const leadRelays = recordTable({
  name: 'lead_relays',
  auditName: 'lead.relay',
  keys: ['lead_id', 'destination', 'kind'],
  idColumn: 'lead_id',
  columns: { brand: 'key!', lead_id: 'key!', destination: 'key!', kind: 'key!', person_id: 'key!', received_at: 'instant!', relay_id: 'key', reason: 'key' },
  indexes: [['person_id']],
});

export type LeadRow = RecordIn<typeof leads>;
export type ConsentRow = RecordIn<typeof consents>;
export type ContactRow = RecordIn<typeof contacts>;
export type LeadRelayRow = RecordIn<typeof leadRelays>;
export type ContactEventRow = RecordIn<typeof contactEvents>;

/** All of them in the database. */
export const leadTables: readonly TableSpec[] = [rawLeads, leads, leadExchanges, leadFieldErrors, leadParams, consents, contacts, contactEvents, leadRelays].map((each) => specOf(each));
