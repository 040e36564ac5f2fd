import { isGoogleEmail, mailboxOf, normaliseEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Database } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { isSubscribed } from '../../enriched/subscribers/active.ts';
import type { Instant } from '../../core/time.ts';
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

type Objection = Omit<MailboxFacts, 'isOneAddress'>;

async function readObjections(database: Database, mailboxes: readonly string[], brands: readonly string[]): Promise<Map<string, Objection>> {
  const found = new Map<string, { unsubscribed: Set<string>; suppressed: string | undefined }>();
  const of = (mailbox: StoredValues[number] | undefined) => {
    const known = found.get(String(mailbox)) ?? { unsubscribed: new Set<string>(), suppressed: undefined };
    found.set(String(mailbox), known);
    return known;
  };
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
    for (const [mailbox, brand, unsubscribedAt, resubscribedAt] of left) {
      if (!isSubscribed({ unsubscribed_at: unsubscribedAt as Instant, resubscribed_at: resubscribedAt as Instant | null })) of(mailbox).unsubscribed.add(String(brand));
    }
    const suppressed = await select(database, `select s.mailbox_sha256, p.reason from email_spellings s join suppressions p on p.email_sha256 = s.email_sha256 where ${within}`, some);
    for (const [mailbox, reason] of suppressed) of(mailbox).suppressed = String(reason);
  }
  return found;
}

function select(database: Database, sql: string, values: readonly string[]): Promise<StoredValues[]> {
  return database.read((knex) => database.dialect.selectRows(knex, sql, values));
}
