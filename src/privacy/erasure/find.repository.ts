import { normaliseEmail, readEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { spellingOf, type Spelling } from '../../raw/events/spellings.repository.ts';
import { addressHashes } from '../../raw/erasure/erased-text.ts';

/** Where persons are looked for. */
export interface Source {
  readonly database: Database;
  readonly tx: Transaction;
}

/** A person's records in one brand. */
export interface BrandRecords {
  readonly brand: string;
  /** Billing accounts that are the person's. */
  readonly accounts: readonly string[];
  /** As `entity\tid`: accounts, contacts, payment methods, subscriptions. */
  readonly records: readonly string[];
  readonly testAccounts: ReadonlySet<string>;
  /** Names and phone numbers as they are stored: what free text must not hold. Never leaves the process. */
  readonly names: readonly (string | null)[];
}

const PAGE = 20_000;
const BELOW = ['contact', 'payment_method', 'subscription'] as const;
const TABLES = { contact: 'raw_contacts', payment_method: 'raw_payment_methods', subscription: 'raw_subscriptions' } as const;

/**
 * Finds the records of an address in a brand: the accounts that are enriched as the person's, contacts and payment
 * methods with the address, and what belongs to these accounts. A contact with the address on somebody else's account is
 * the person's, the account is not.
 */
export async function findRecords(source: Source, brand: string, emailSha256: string): Promise<BrandRecords> {
  const { database, tx } = source;
  const enriched = await database.dialect.selectRows(tx, 'select account_id, is_test from enriched_accounts where brand = ? and person_id = ?', [brand, personIdOf(emailSha256)]);
  const remembered = await database.dialect.selectRows(tx, "select source_id from erased_records where brand = ? and entity = 'account' and email_sha256 = ?", [brand, emailSha256]);
  const accounts = new Set([...enriched, ...remembered].map(([id]) => String(id)));
  const records = new Set<string>();
  const addressed = await withAddress(source, brand, emailSha256);
  for (const { entity, id, accountId } of addressed) {
    records.add(`${entity}\t${id}`);
    if (entity === 'contact' && accountId !== null && !(await isSomebodys(source, brand, accountId))) accounts.add(accountId);
  }
  for (const account of accounts) records.add(`account\t${account}`);
  const names: (string | null)[] = [];
  for (const entity of BELOW) for (const id of await idsBelow(source, brand, TABLES[entity], [...accounts])) records.add(`${entity}\t${id}`);
  names.push(...(await namesOf(source, brand, [...accounts], [...records].flatMap((key) => (key.startsWith('contact\t') ? [key.slice(8)] : [])))));
  const testAccounts = new Set(enriched.flatMap(([id, isTest]) => (Number(isTest) === 1 ? [String(id)] : [])));
  return { brand, accounts: [...accounts].sort(), records: [...records].sort(), testAccounts, names };
}

/** A record with the address. */
interface Addressed {
  readonly entity: string;
  readonly id: string;
  readonly accountId: string | null;
  readonly emails: readonly (string | null)[];
}

async function withAddress({ database, tx }: Source, brand: string, emailSha256: string): Promise<Addressed[]> {
  const found: Addressed[] = [];
  for (const [entity, columns] of [['contact', 'work_email, personal_email'], ['payment_method', 'paypal_email, null']] as const) {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const rows = await database.dialect.selectRows(
        tx,
        `select source_id, account_id, ${columns} from ${TABLES[entity]} where brand = ? and source_id > ? order by source_id limit ${PAGE}`,
        [brand, after],
      );
      for (const [id, accountId, ...emails] of rows) {
        if (emails.some((email) => addressHashes(textOf(email)).includes(emailSha256))) found.push({ entity, id: String(id), accountId: textOf(accountId), emails: emails.map(textOf) });
      }
      after = rows.length < PAGE ? undefined : String(rows.at(-1)?.[0]);
    }
  }
  return found;
}

/** Under what else an address stands: what is erased with it. */
export interface StoredSpellings {
  /** Of persons whose contact has it in another form than the one that is read from it: `<a@b.at>`, a domain in Punycode. */
  readonly hashes: readonly string[];
  /** Its mailbox, if that has several spellings. */
  readonly mailboxes: readonly Spelling[];
}

/** The spellings of an address among the contacts of the brands. */
export async function spellingsStored(source: Source, brands: readonly string[], emailSha256: string): Promise<StoredSpellings> {
  const hashes = new Set<string>();
  const mailboxes: Spelling[] = [];
  for (const brand of brands) {
    const emails = (await withAddress(source, brand, emailSha256)).flatMap((record) => record.emails);
    for (const email of emails.filter((text) => addressHashes(text).includes(emailSha256))) {
      const own = normaliseEmail(email);
      if (own !== undefined) hashes.add(sha256Hex(own));
      const spelling = spellingOf(readEmail(email) ?? '');
      if (spelling !== undefined) mailboxes.push(spelling);
    }
  }
  hashes.delete(emailSha256);
  return { hashes: [...hashes].sort(), mailboxes };
}

/** True if the account is enriched as another person's: the contact with the address is not the one that decides. */
async function isSomebodys({ database, tx }: Source, brand: string, accountId: string): Promise<boolean> {
  const rows = await database.dialect.selectRows(tx, 'select email_sha256 from enriched_accounts where brand = ? and account_id = ? and email_sha256 is not null', [brand, accountId]);
  return rows.length > 0;
}

async function idsBelow({ database, tx }: Source, brand: string, table: string, accounts: readonly string[]): Promise<string[]> {
  if (accounts.length === 0) return [];
  const rows = await database.dialect.selectRows(tx, `select source_id from ${table} where brand = ? and account_id in (${accounts.map(() => '?').join(',')})`, [brand, ...accounts]);
  return rows.map(([id]) => String(id));
}

async function namesOf({ database, tx }: Source, brand: string, accounts: readonly string[], contacts: readonly string[]): Promise<(string | null)[]> {
  const list = (ids: readonly string[]): string => (ids.length === 0 ? "('')" : `(${ids.map(() => '?').join(',')})`);
  const named = await database.dialect.selectRows(tx, `select name from raw_accounts where brand = ? and source_id in ${list(accounts)}`, [brand, ...accounts]);
  const people = await database.dialect.selectRows(tx, `select first_name, last_name, nick_name, work_phone from raw_contacts where brand = ? and source_id in ${list(contacts)}`, [brand, ...contacts]);
  return [...named, ...people].flatMap((row) => row.map(textOf));
}
