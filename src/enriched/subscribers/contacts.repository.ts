import { normaliseEmail } from '../../core/text/email.ts';
import { md5Hex, sha256Hex } from '../../core/hash.ts';
import { spellingsOfId } from '../../core/text/platform-id.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import { spellingOf, type Spelling } from '../../raw/events/spellings.repository.ts';
import { EVERYBODY } from '../../raw/rows/owner.ts';
import { stateColumns, type EmailState } from './state.ts';
import { stateOfValues, type SubscriberTarget } from './subscribers.repository.ts';
import { contactStates } from './subscriber-tables.ts';

/** What the events that name a contact only say, and for whom they count. */
export interface ContactState {
  readonly contactId: string;
  readonly personId: string | null;
  readonly state: EmailState;
}

/** The hashes of a normalised address. */
export interface AddressHashes {
  readonly emailSha256: string;
  readonly emailMd5: string;
}

/** An address of a contact, and its mailbox if that has several spellings. */
export interface ContactAddress extends AddressHashes {
  readonly spelling: Spelling | undefined;
}

const COLUMNS = Object.keys(contactStates.columns);

/** The stored states by contact, or of the contacts that count for a person. */
export async function readContactStates(
  { database, tx, brand }: SubscriberTarget,
  keyColumn: 'contact_id' | 'person_id',
  ids: readonly string[],
): Promise<ContactState[]> {
  const keys = [...new Set(ids)].sort();
  const rows = await database.dialect.findByKeys(tx, { table: contactStates.name, brand, keyColumn, keys, columns: ['contact_id', 'person_id', ...stateColumns] });
  return rows.map(([contactId, personId, ...state]) => ({ contactId: String(contactId), personId: personId as string | null, state: stateOfValues(state) }));
}

/** Writes states; those without any event are removed. */
export async function writeContactStates(target: SubscriberTarget, states: readonly ContactState[], stored: ReadonlySet<string>): Promise<void> {
  const { database, tx, brand } = target;
  const isEmpty = ({ state }: ContactState): boolean => stateColumns.every((column) => state[column] === null);
  const kept = states.filter((contact) => !isEmpty(contact));
  const rows = kept.map(({ contactId, personId, state }) => encodeRow([brand, contactId, personId, ...stateColumns.map((column) => state[column])]));
  const replaced = kept.filter(({ contactId }) => stored.has(contactId)).length;
  await database.dialect.bulkReplace(tx, { table: contactStates.name, columns: COLUMNS, rows: rows.sort(), replaced });
  for (const { contactId } of states.filter(isEmpty)) await tx(contactStates.name).where({ brand, contact_id: contactId }).delete();
}

/**
 * The addresses of contacts as the billing platform knows them: WorkEmail, else PersonalEmail. Read here, kept as hashes
 * only. Contacts that are not there under their id are looked for in the other spellings in which billing may export it.
 */
export async function addressesOf({ database, tx, brand }: SubscriberTarget, contactIds: readonly string[]): Promise<Map<string, ContactAddress>> {
  const columns = ['source_id', 'work_email', 'personal_email', 'deleted_at'];
  const contacts = (ids: Iterable<string>): Promise<StoredValues[]> =>
    database.dialect.findByKeys(tx, { table: 'raw_contacts', brand, keyColumn: 'source_id', keys: [...ids].sort(), columns });
  const plain = await contacts(contactIds);
  const found = new Set(plain.map(([id]) => String(id)));
  const writtenAs = new Map(contactIds.flatMap((id) => (found.has(id) ? [] : spellingsOfId(id).map((spelling) => [spelling, id] as const))));
  const rows = writtenAs.size === 0 ? plain : [...plain, ...(await contacts(writtenAs.keys()))];
  const addresses = new Map<string, ContactAddress>();
  for (const [id, work, personal, deleted] of rows) {
    const email = normaliseEmail(work as string | null) ?? normaliseEmail(personal as string | null);
    if (deleted === null && email !== undefined) addresses.set(writtenAs.get(String(id)) ?? String(id), { emailSha256: sha256Hex(email), emailMd5: md5Hex(email), spelling: spellingOf(email) });
  }
  return addresses;
}

/** Contacts with a state whose account had a contact changed after one change number, up to another. */
export async function changedContacts({ database, tx, brand }: SubscriberTarget, after: number, upTo: number): Promise<string[]> {
  const [any] = await database.dialect.selectRows(tx, 'select 1 from email_contacts where brand = ? limit 1', [brand]);
  if (any === undefined) return [];
  const rows = await database.dialect.selectRows(
    tx,
    `select distinct s.contact_id from raw_changes n
      join raw_contacts c on c.brand = n.brand and c.account_id = n.entity_id
      join email_contacts s on s.brand = c.brand and s.contact_id in (c.source_id, lower(replace(c.source_id, '-', '')))
      where n.brand = ? and n.change_no > ? and n.change_no <= ? and n.source = 'contact' and n.entity = 'account'
      union
      select distinct s.contact_id from raw_changes n
      join email_contacts s on s.brand = n.brand and s.contact_id in (n.entity_id, lower(replace(n.entity_id, '-', '')))
      where n.brand = ? and n.change_no > ? and n.change_no <= ? and n.source = 'contact' and n.entity = 'contact'
      union
      select s.contact_id from email_contacts s where s.brand = ? and exists (
        select 1 from raw_changes n where n.brand = ? and n.change_no > ? and n.change_no <= ? and n.source = 'contact' and n.entity = ?)`,
    [brand, after, upTo, brand, after, upTo, brand, brand, after, upTo, EVERYBODY],
  );
  return rows.map(([id]) => String(id));
}
