import { millisOf, type BatchId, type Instant, type LocalDate } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { textOf, type StoredValues, type Fragment } from '../../db/dialect.ts';
import { isSubscribed } from '../../enriched/subscribers/active.ts';
import { effectiveInstant } from '../../raw/rows/version.ts';
import { answersByKey, answersStatement, type Answers } from './answers.ts';
import type { PersonRange } from '../declare/conditions.ts';
import type { ContactCard } from './contact.ts';
import type { PersonAccount, PersonFacts } from './eligibility.ts';

/** Above every person id. */
const END = '~';
const CONTACT_COLUMNS = ['account_id', 'source_id', 'work_email', 'personal_email', 'first_name', 'last_name', 'work_phone', 'postal_code', 'country', 'updated_date', 'lake_batch', 'deleted_at'];

/** The next range of persons, about as many as asked for; undefined after the last one, which has no upper end. */
export async function nextRange(database: Database, last: PersonRange | undefined, persons: number): Promise<PersonRange | undefined> {
  if (last?.upTo === END) return undefined;
  const after = last?.upTo ?? '';
  const [bound] = await select(database, {
    sql: `select distinct person_id from enriched_accounts where person_id > ? order by person_id limit 1 offset ${persons - 1}`,
    values: [after],
  });
  return { after, upTo: bound === undefined ? END : String(bound[0]) };
}

/** The persons of a range by id; those who have an account. */
export async function readPersons(database: Database, range: PersonRange, brands: readonly string[]): Promise<Map<string, PersonFacts>> {
  const within = [range.after, range.upTo];
  const accounts = await select(database, {
    sql: 'select person_id, brand, account_id, is_test, email_sha256 from enriched_accounts where person_id > ? and person_id <= ?',
    values: within,
  });
  const subscribers = await select(database, {
    sql: `select person_id, brand, unsubscribed_at, resubscribed_at from email_subscribers where brand in (${brands.map(() => '?').join(', ')}) and person_id > ? and person_id <= ?`,
    values: [...brands, ...within],
  });
  const suppressed = await select(database, {
    sql: 'select person_id, reason from suppressions where person_id > ? and person_id <= ?',
    values: within,
  });
  const answers = await select(database, {
    sql: answersStatement('c.person_id', 'consents c', `c.person_id > ? and c.person_id <= ? and c.brand in (${brands.map(() => '?').join(', ')})`),
    values: [...within, ...brands],
  });
  return assemble(accounts, subscribers, answersByKey(answers), new Map(suppressed.map(([personId, reason]) => [String(personId), String(reason)])));
}

function assemble(accounts: readonly StoredValues[], subscribers: readonly StoredValues[], answers: ReadonlyMap<string, Answers>, suppressed: ReadonlyMap<string, string>): Map<string, PersonFacts> {
  interface Growing {
    readonly accounts: PersonAccount[];
    readonly subscriptions: Map<string, 'subscribed' | 'unsubscribed'>;
  }
  const persons = new Map<string, PersonFacts & Growing>();
  for (const [id, brand, accountId, isTest, emailSha256] of accounts) {
    const personId = String(id);
    let person = persons.get(personId);
    if (person === undefined) {
      const email = textOf(emailSha256);
      person = { personId, emailSha256: email, accounts: [], subscriptions: new Map(), granted: answers.get(personId)?.granted ?? new Set(), suppressed: suppressed.get(personId) };
      persons.set(personId, person);
    }
    person.accounts.push({ brand: String(brand), accountId: String(accountId), isTest: Number(isTest) === 1 });
  }
  for (const [personId, brand, unsubscribedAt, resubscribedAt] of subscribers) {
    const state = { unsubscribed_at: instantOf(unsubscribedAt), resubscribed_at: instantOf(resubscribedAt) };
    persons.get(String(personId))?.subscriptions.set(String(brand), isSubscribed(state) ? 'subscribed' : 'unsubscribed');
  }
  for (const [personId, { objected }] of answers) for (const brand of objected) persons.get(personId)?.subscriptions.set(brand, 'unsubscribed');
  return persons;
}

function instantOf(value: StoredValues[number] | undefined): Instant | null {
  return textOf(value) as Instant | null;
}

/** The ids that a statement of candidateStatement gives, in order. */
export async function readCandidates(database: Database, statement: Fragment): Promise<string[]> {
  return (await select(database, statement)).map(([personId]) => String(personId));
}

/** The live contacts of accounts: personal data, which the caller must not keep. */
export async function readContacts(database: Database, accounts: readonly PersonAccount[]): Promise<Map<string, ContactCard[]>> {
  const found = new Map<string, ContactCard[]>();
  for (const brand of [...new Set(accounts.map((account) => account.brand))].sort()) {
    const keys = [...new Set(accounts.flatMap((account) => (account.brand === brand ? [account.accountId] : [])))].sort();
    const lookup = { table: 'raw_contacts', brand, keyColumn: 'account_id', keys, columns: CONTACT_COLUMNS };
    for (const row of await database.read((knex) => database.dialect.findByKeys(knex, lookup))) {
      const [accountId, sourceId, workEmail, personalEmail, firstName, lastName, phone, postalCode, country, updated, batch, deleted] = row.map(textOf);
      if (deleted !== null || accountId == null) continue;
      const card: ContactCard = {
        brand,
        contactId: sourceId ?? '',
        emails: [workEmail, personalEmail].filter((email) => email != null),
        firstName: firstName ?? null,
        lastName: lastName ?? null,
        phone: phone ?? null,
        postalCode: postalCode ?? null,
        country: country ?? null,
        updatedMillis: millisOf(effectiveInstant({ updatedDate: (updated ?? null) as Instant | null, batch: batch as BatchId })),
      };
      const key = `${brand} ${accountId}`;
      const others = found.get(key);
      if (others === undefined) found.set(key, [card]);
      else others.push(card);
    }
  }
  return found;
}

/** How many accounts there are, for the progress. */
export async function countAccounts(database: Database): Promise<number> {
  const [row] = await select(database, { sql: 'select count(*) from enriched_accounts', values: [] });
  return Number(row?.[0] ?? 0);
}

/** False if the e-mail tool knows nobody: then nobody has agreed to anything. */
export async function hasSubscribers(database: Database): Promise<boolean> {
  return (await select(database, { sql: 'select 1 from email_subscribers limit 1', values: [] })).length > 0;
}

/** The dates as of which the brands are enriched. */
export async function enrichedAsOf(database: Database, brands: readonly string[]): Promise<LocalDate[]> {
  const rows = await select(database, {
    sql: `select distinct as_of from stage_marks where stage = 'enrich' and brand in (${brands.map(() => '?').join(', ')}) order by as_of`,
    values: [...brands],
  });
  return rows.map(([date]) => String(date) as LocalDate);
}

function select(database: Database, { sql, values }: Fragment): Promise<StoredValues[]> {
  return database.read((knex) => database.dialect.selectRows(knex, sql, values));
}
