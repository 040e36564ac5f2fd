import { isGoogleEmail, mailboxOf, normaliseEmail, readEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Database } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { isSubscribed } from '../../enriched/subscribers/active.ts';
import type { Instant } from '../../core/time.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { answersByKey, answersStatement } from './answers.ts';
import type { ContactCard } from './contact.ts';
import type { MailboxFacts, PersonFacts } from './eligibility.ts';

const HASHES_PER_QUERY = 500;

interface Mailbox {
  readonly sha256: string;
  readonly isOneAddress: boolean;
}

/**
 * What is known of the other spellings of persons' mailboxes, by person; nothing of those with one spelling, which are
 * most. The addresses are read from the contacts and forgotten again.
 */
export async function readMailboxes(
  database: Database,
  persons: readonly PersonFacts[],
  contactsOf: (person: PersonFacts) => readonly ContactCard[],
  brands: readonly string[],
): Promise<Map<string, MailboxFacts>> {
  const mailboxes = new Map<string, Mailbox>();
  for (const person of persons) {
    const mailbox = mailboxOfPerson(person, contactsOf(person));
    if (mailbox !== undefined) mailboxes.set(person.personId, mailbox);
  }
  const objections = await readObjections(database, [...new Set([...mailboxes.values()].map(({ sha256 }) => sha256))].sort(), brands);
  const found = new Map<string, MailboxFacts>();
  for (const [personId, { sha256, isOneAddress }] of mailboxes) {
    const objection = objections.get(sha256);
    if (objection !== undefined) found.set(personId, { isOneAddress, ...objection });
  }
  return found;
}

function mailboxOfPerson({ emailSha256 }: PersonFacts, cards: readonly ContactCard[]): Mailbox | undefined {
  if (emailSha256 === null) return undefined;
  for (const text of cards.flatMap(({ emails }) => emails)) {
    const email = normaliseEmail(text);
    const mailbox = email === undefined ? undefined : mailboxOf(email);
    // Most addresses have one spelling: only for the others is it worth to ask whose they are.
    if (email === undefined || mailbox === undefined || sha256Hex(email) !== emailSha256) continue;
    return { sha256: sha256Hex(mailbox), isOneAddress: !isGoogleEmail(email) };
  }
  return undefined;
}

/**
 * What is known of the other address of persons' contacts, by person: WorkEmail and PersonalEmail are one human's, though
 * the hub tells persons by one of them. Nothing of those who have objected under neither.
 */
export async function readOtherAddresses(
  database: Database,
  persons: readonly PersonFacts[],
  contactsOf: (person: PersonFacts) => readonly ContactCard[],
  brands: readonly string[],
): Promise<Map<string, MailboxFacts>> {
  const others = new Map<string, string[]>();
  for (const person of persons) {
    const ids = otherPersonIds(person, contactsOf(person));
    if (ids.length > 0) others.set(person.personId, ids);
  }
  const objections = await readPersonObjections(database, [...new Set([...others.values()].flat())].sort(), brands);
  const found = new Map<string, MailboxFacts>();
  for (const [personId, ids] of others) {
    const facts = ids.flatMap((id) => objections.get(id) ?? []);
    const suppressed = facts.find((one) => one.suppressed !== undefined)?.suppressed;
    const all = (setOf: (objection: Objection) => ReadonlySet<string>): Set<string> => new Set(facts.flatMap((objection) => [...setOf(objection)]));
    if (facts.length > 0) found.set(personId, { isOneAddress: true, unsubscribed: all(({ unsubscribed }) => unsubscribed), denied: all(({ denied }) => denied), suppressed });
  }
  return found;
}

/** The ids that the other addresses would have, on contacts that have the person's own. */
function otherPersonIds({ emailSha256 }: PersonFacts, cards: readonly ContactCard[]): string[] {
  if (emailSha256 === null) return [];
  const hashes = cards.filter(({ emails }) => emails.length > 1).map(({ emails }) => emails.flatMap((text) => [normaliseEmail(text), readEmail(text)]).flatMap((email) => (email === undefined ? [] : [sha256Hex(email)])));
  return [...new Set(hashes.filter((own) => own.includes(emailSha256)).flat())].filter((hash) => hash !== emailSha256).map(personIdOf);
}

async function readPersonObjections(database: Database, ids: readonly string[], brands: readonly string[]): Promise<Map<string, Objection>> {
  const found = new Objections();
  for (let start = 0; start < ids.length; start += HASHES_PER_QUERY) {
    const some = ids.slice(start, start + HASHES_PER_QUERY);
    const within = `person_id in (${some.map(() => '?').join(', ')})`;
    const left = `select person_id, brand, unsubscribed_at, resubscribed_at from email_subscribers where ${within} and brand in (${brands.map(() => '?').join(', ')}) and unsubscribed_at is not null`;
    found.unsubscribed(await select(database, left, [...some, ...brands]));
    found.suppressed(await select(database, `select person_id, reason from suppressions where ${within}`, some));
    found.answered(await select(database, answersStatement('c.person_id', 'consents c', `c.${within} and ${ofBrands(brands)}`), [...some, ...brands]));
  }
  return found.byKey;
}

type Objection = Omit<MailboxFacts, 'isOneAddress'>;

interface Growing {
  readonly unsubscribed: Set<string>;
  readonly denied: Set<string>;
  suppressed: string | undefined;
}

/** Objections as they are read, by mailbox or person. */
class Objections {
  readonly byKey = new Map<string, Growing>();

  /** Rows of key, brand, when the address left and when it came back. */
  unsubscribed(rows: readonly StoredValues[]): void {
    for (const [key, brand, unsubscribedAt, resubscribedAt] of rows) {
      if (!isSubscribed({ unsubscribed_at: unsubscribedAt as Instant, resubscribed_at: resubscribedAt as Instant | null })) this.#of(key).unsubscribed.add(String(brand));
    }
  }

  /** Rows of key and reason. */
  suppressed(rows: readonly StoredValues[]): void {
    for (const [key, reason] of rows) this.#of(key).suppressed = String(reason);
  }

  /** Rows of answersStatement; who has refused nothing has not objected. */
  answered(rows: readonly StoredValues[]): void {
    for (const [key, { denied, objected }] of answersByKey(rows)) {
      for (const each of denied) this.#of(key).denied.add(each);
      for (const brand of objected) this.#of(key).unsubscribed.add(brand);
    }
  }

  #of(key: StoredValues[number] | undefined): Growing {
    const known = this.byKey.get(String(key)) ?? { unsubscribed: new Set<string>(), denied: new Set<string>(), suppressed: undefined };
    this.byKey.set(String(key), known);
    return known;
  }
}

async function readObjections(database: Database, mailboxes: readonly string[], brands: readonly string[]): Promise<Map<string, Objection>> {
  const found = new Objections();
  for (let start = 0; start < mailboxes.length; start += HASHES_PER_QUERY) {
    const some = mailboxes.slice(start, start + HASHES_PER_QUERY);
    const within = `s.mailbox_sha256 in (${some.map(() => '?').join(', ')})`;
    const left = await select(
      database,
      `select s.mailbox_sha256, e.brand, e.unsubscribed_at, e.resubscribed_at from email_spellings s
        join email_subscribers e on e.person_id = substr(s.email_sha256, 1, 32)
        where ${within} and e.brand in (${brands.map(() => '?').join(', ')}) and e.unsubscribed_at is not null`,
      [...some, ...brands],
    );
    found.unsubscribed(left);
    found.suppressed(await select(database, `select s.mailbox_sha256, p.reason from email_spellings s join suppressions p on p.email_sha256 = s.email_sha256 where ${within}`, some));
    const ledger = 'email_spellings m join consents c on c.person_id = substr(m.email_sha256, 1, 32)';
    found.answered(await select(database, answersStatement('m.mailbox_sha256', ledger, `m.mailbox_sha256 in (${some.map(() => '?').join(', ')}) and ${ofBrands(brands)}`), [...some, ...brands]));
  }
  return found.byKey;
}

function ofBrands(brands: readonly string[]): string {
  return `c.brand in (${brands.map(() => '?').join(', ')})`;
}

function select(database: Database, sql: string, values: readonly string[]): Promise<StoredValues[]> {
  return database.read((knex) => database.dialect.selectRows(knex, sql, values));
}
