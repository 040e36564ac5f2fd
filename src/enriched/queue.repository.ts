import type { Knex } from 'knex';

import { compareText } from '../core/compare.ts';
import { encodeRow } from '../core/text/row-text.ts';
import type { Database, Transaction } from '../db/database.ts';
import { textOf } from '../db/dialect.ts';
import type { Fact } from './facts/facts.ts';
import { personOf } from './facts/person.ts';

/** A queued account. */
export interface QueuedAccount {
  readonly personId: string;
  readonly brand: string;
  readonly accountId: string;
}

const PAGE = 5_000;

/** Makes the statement that queues the accounts of a `select` that are not queued yet. */
export type Insert = (rows: string) => string;

/** The statement of a database that queues accounts. */
export const queueing =
  (database: Database): Insert =>
  (rows) =>
    database.dialect.insertMissing('enrich_queue', ['run_id', 'brand', 'account_id'], rows);

/** Takes in the accounts that depend on a queued one. */
export async function queueDependents(database: Database, tx: Transaction, runId: string): Promise<void> {
  await tx.raw(
    queueing(database)(`select distinct q.run_id, n.brand, n.account_id from enrich_queue q
      join enrich_neighbours n on n.brand = q.brand and n.depends_on = q.account_id where q.run_id = ?`),
    [runId],
  );
}

/**
 * Finds the person of each queued account from its facts and takes in every other account of these persons, and of
 * those to whom the accounts belonged before: when an e-mail changes, both persons are concerned.
 */
export async function queuePersons(database: Database, tx: Transaction, runId: string): Promise<void> {
  await setPersons(database, tx, runId);
  const insert = queueing(database);
  await tx.raw(
    insert(`select distinct q.run_id, e.brand, e.account_id from enrich_queue q
      join enriched_accounts e on e.person_id = q.person_id where q.run_id = ?`),
    [runId],
  );
  await tx.raw(
    insert(`select distinct q.run_id, e.brand, e.account_id from enrich_queue q
      join enriched_accounts f on f.brand = q.brand and f.account_id = q.account_id
      join enriched_accounts e on e.person_id = f.person_id where q.run_id = ?`),
    [runId],
  );
  await setPersons(database, tx, runId);
  // Persons go in the order of their smallest account, so that records reach the tables almost in key order.
  await tx.raw(
    `insert into enrich_persons (run_id, leader, person_id)
      select run_id, min(account_id), person_id from enrich_queue where run_id = ? group by run_id, person_id`,
    [runId],
  );
}

/** The place of a person in the order of the queue. */
export interface QueuePlace {
  readonly leader: string;
  readonly personId: string;
}

/** The accounts of the next persons of the queue, persons whole; undefined at the end. */
export async function nextPersons(
  database: Database,
  tx: Knex,
  runId: string,
  after: QueuePlace,
  persons: number,
): Promise<{ readonly accounts: QueuedAccount[]; readonly last: QueuePlace } | undefined> {
  const next = await database.dialect.selectRows(
    tx,
    `select leader, person_id from enrich_persons where run_id = ? and (leader > ? or (leader = ? and person_id > ?))
      order by leader, person_id limit ${persons}`,
    [runId, after.leader, after.leader, after.personId],
  );
  const last = next.at(-1);
  if (last === undefined) return undefined;
  const ids = next.map(([, personId]) => String(personId));
  const rows = await database.dialect.selectRows(
    tx,
    `select person_id, brand, account_id from enrich_queue where run_id = ? and person_id in (${ids.map(() => '?').join(',')})`,
    [runId, ...ids],
  );
  const accounts = rows.map(([personId, brand, accountId]) => ({ personId: String(personId), brand: String(brand), accountId: String(accountId) }));
  return { accounts: accounts.sort(byAccount), last: { leader: String(last[0]), personId: String(last[1]) } };
}

/** How many accounts are queued. */
export async function countQueued(database: Database, tx: Transaction, runId: string): Promise<number> {
  const [row] = await database.dialect.selectRows(tx, 'select count(*) from enrich_queue where run_id = ?', [runId]);
  return Number(row?.[0] ?? 0);
}

/** Computes the persons of queued accounts that have none yet. */
async function setPersons(database: Database, tx: Transaction, runId: string): Promise<void> {
  for (;;) {
    const page = await database.dialect.selectRows(
      tx,
      `select brand, account_id from enrich_queue where run_id = ? and person_id is null order by brand, account_id limit ${PAGE}`,
      [runId],
    );
    if (page.length === 0) return;
    const rows: string[] = [];
    for (const brand of new Set(page.map(([name]) => String(name)))) {
      const ids = page.filter(([name]) => name === brand).map(([, id]) => String(id));
      for (const [accountId, personId] of await personsOf(database, tx, brand, ids)) {
        rows.push(encodeRow([runId, brand, accountId, personId]));
      }
    }
    await database.dialect.bulkReplace(tx, {
      table: 'enrich_queue',
      columns: ['run_id', 'brand', 'account_id', 'person_id'],
      rows,
      replaced: rows.length,
    });
  }
}

function byAccount(a: QueuedAccount, b: QueuedAccount): number {
  return compareText(a.brand, b.brand) || compareText(a.accountId, b.accountId);
}

type ContactFact = Fact<'contact'>;

async function personsOf(database: Database, tx: Transaction, brand: string, ids: readonly string[]): Promise<[string, string][]> {
  const accounts = await database.dialect.findByKeys(tx, {
    table: 'raw_accounts',
    brand,
    keyColumn: 'source_id',
    keys: ids,
    columns: ['source_id', 'bill_to_id', 'sold_to_id', 'deleted_at'],
  });
  const contacts = await database.dialect.findByKeys(tx, {
    table: 'raw_contacts',
    brand,
    keyColumn: 'account_id',
    keys: ids,
    columns: ['account_id', 'source_id', 'work_email', 'personal_email', 'deleted_at'],
  });
  const contactsOf = new Map<string, ContactFact[]>();
  for (const [accountId, id, work, personal, deleted] of contacts) {
    if (deleted !== null && deleted !== undefined) continue;
    const contact = { source_id: textOf(id), work_email: textOf(work), personal_email: textOf(personal) } as ContactFact;
    const of = contactsOf.get(String(accountId));
    if (of === undefined) contactsOf.set(String(accountId), [contact]);
    else of.push(contact);
  }
  const live = new Map(accounts.filter((row) => row[3] === null).map(([id, billTo, soldTo]) => [String(id), { bill_to_id: textOf(billTo), sold_to_id: textOf(soldTo) }]));
  return ids.map((id) => [id, personOf(brand, id, live.get(id), contactsOf.get(id) ?? []).personId]);
}
