import { column, id, instant, personal, required, snakeCase, text, type Column, type ColumnSpec, type Entity } from './contract.ts';
import { first } from './keeping.ts';

const derived = (sql: string, note: string): Column => ({ name: sql, sql, ...column('id', { note }) });

/** Columns that hub adds to each event. */
const EVENT_DERIVED: readonly Column[] = [
  derived('email_sha256', 'SHA-256 of the address, trimmed and in lower case; its first 32 digits are the person id.'),
  derived('email_md5', 'MD5 of the same.'),
];
const MACHINE_DERIVED: readonly Column[] = [
  derived('machine_reason', 'Why it was no human: `export`, `apple_proxy`, `prefetch` or `bot`; empty for a human.'),
];

const MOST_ID_CHARACTERS = 255;
const IDENTIFYING = ['email_sha256', 'email_md5', 'contact_id', 'message_id', 'user_agent', 'ip_address', 'url', 'extra'];
/** The id of a message has the form of an address and is none. */
const MAY_HOLD_ADDRESSES = ['campaign_id', 'campaign_name', 'url', 'user_agent', 'reason', 'scope', 'extra'];

/** What an event is beside its columns. */
interface EventTraits {
  /** True: machines do it too; the reason is then derived. */
  readonly machines?: boolean;
  /** True: it is an objection. */
  readonly objects?: boolean;
}

/** Builds an e-mail event (e-mail specification, "import-email"): the columns that all four share, then its own. */
export function emailEvent(
  name: string,
  table: string,
  description: string,
  fields: Record<string, ColumnSpec>,
  { machines = false, objects = false }: EventTraits = {},
): Entity {
  const shared: Record<string, ColumnSpec> = {
    EventId: column('id', { foreign: MOST_ID_CHARACTERS, note: 'Unique per brand; where it is empty or longer than 64 characters, a hash takes its place.' }),
    MessageId: text({ shape: 'reference' }),
    CampaignId: text({ shape: 'reference' }),
    CampaignName: text(),
    ContactId: id('contact', { note: 'Empty for a test mail.' }),
    Email: text({ ...personal, shape: 'email', stored: false, note: 'Only its hashes are stored.' }),
    OccurredAt: instant({ ...required, note: 'Can lie in the future or long ago.' }),
  };
  const columns = Object.entries({ ...shared, ...fields }).map(([header, spec]) => ({
    name: header,
    sql: header === 'EventId' ? 'source_id' : snakeCase(header),
    ...spec,
  }));
  return {
    name,
    feed: 'email',
    keeping: first,
    table,
    description,
    columns,
    derived: [...EVENT_DERIVED, ...(machines ? MACHINE_DERIVED : [])],
    // Objections are asked for by the address of a lead.
    indexes: objects ? [['brand', 'email_sha256']] : [],
    owners: [],
    recipient: { identifying: IDENTIFYING, texts: MAY_HOLD_ADDRESSES, objects },
  };
}
