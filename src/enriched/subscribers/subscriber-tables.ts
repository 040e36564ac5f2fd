import type { TableSpec } from '../../db/schema.ts';

/** What the events of one address say; each value is a minimum or a maximum, so their order does not matter. */
const state = {
  first_sent: 'instant',
  last_sent: 'instant',
  last_human_open: 'instant',
  last_human_click: 'instant',
  first_unsubscribed_at: 'instant',
  unsubscribed_at: 'instant',
  unsubscribed_reason: 'key',
} as const;

/** What the e-mail of a brand means for a person: the subscribers, active or not (e-mail specification, `email_subscriber`). */
export const subscribers: TableSpec = {
  name: 'email_subscribers',
  columns: {
    brand: 'key!',
    person_id: 'key!',
    email_sha256: 'key!',
    email_md5: 'key!',
    ...state,
    resubscribed_at: 'instant',
    created_run: 'key!',
    updated_at: 'instant!',
    change_no: 'integer!',
  },
  primaryKey: ['brand', 'person_id'],
  indexes: [['change_no']],
};

/** The same of events that name a contact only, and whom they count for: null while the contact is not known. */
export const contactStates: TableSpec = {
  name: 'email_contacts',
  columns: { brand: 'key!', contact_id: 'key!', person_id: 'key', ...state },
  primaryKey: ['brand', 'contact_id'],
  indexes: [['brand', 'person_id']],
};

/**
 * What events said that were purged, about addresses and about contacts where they named no address: a person who left
 * stays so when the event is gone. `subject_kind` is the column of the event tables that `subject` stands in.
 */
export const purgedStates: TableSpec = {
  name: 'email_purged_states',
  columns: { brand: 'key!', subject: 'key!', subject_kind: 'key!', ...state },
  primaryKey: ['brand', 'subject', 'subject_kind'],
};

/** When each brand wrote its first message: an unsubscription that is dated before it has no true date. */
export const firstMessages: TableSpec = {
  name: 'email_first_messages',
  columns: { brand: 'key!', first_sent: 'instant!' },
  primaryKey: ['brand'],
};
