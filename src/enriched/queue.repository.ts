import type { Knex } from 'knex';

import { compareText } from '../core/compare.ts';
import { encodeRow } from '../core/text/row-text.ts';
import type { BatchId, LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { textOf } from '../db/dialect.ts';
import { EVERYBODY } from '../raw/rows/owner.ts';
import type { Fact } from './facts/facts.ts';
import { linkedEntities } from './facts/links.repository.ts';
import { personOf } from './facts/person.ts';
import { enrichedTables, tableNames } from './records/tables.ts';

/** Whom a run takes up of a brand. */
export type Selection =
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number; readonly asOf: LocalDate }
  | { readonly kind: 'accounts'; readonly ids: readonly string[] }
  | { readonly kind: 'batches'; readonly from: BatchId; readonly until: BatchId };

/** A queued account. */
export interface QueuedAccount {
  readonly personId: string;
  readonly brand: string;
  readonly accountId: string;
}

/** Where the account of a noted record is found: table, alias and expression. */
const NOTED: readonly (readonly [entity: string, from: string, account: string])[] = [
  ['subscription', 'raw_subscriptions p', 'p.account_id'],
  ['invoice', 'raw_invoices p', 'p.account_id'],
  ['payment', 'raw_payments p', 'p.account_id'],
  ['refund', 'raw_refunds p', 'p.account_id'],
  ['rate_plan', 'raw_rate_plans p left join raw_subscriptions s on s.brand = p.brand and s.source_id = p.subscription_id', 'coalesce(p.account_id, s.account_id)'],
];
/** Tables whose rows name a charge of the catalog. */
const CATALOG_USERS = [
  ['rate_plan_charge', 'raw_rate_plan_charges'],
  ['invoice_item', 'raw_invoice_items'],
] as const;
const ROW_TABLES = [
  ...['contacts', 'subscriptions', 'rate_plans', 'rate_plan_charges', 'invoices', 'invoice_items', 'payments'],
  ...['invoice_payments', 'refunds', 'refund_invoice_payments', 'credit_memos', 'credit_balance_adjustments'],
];
const PAGE = 5_000;
/** The queue of all runs; their persons stand beside it. */
export const QUEUE = 'enrich_queue';

/** Makes the statement that queues the accounts of a `select` that are not queued yet. */
type Insert = (rows: string) => string;

/** Takes the accounts of a `select`. */
type Take = (rows: string, values: readonly (string | number)[]) => Promise<void>;

const queueing =
  (database: Database): Insert =>
  (rows) =>
    database.dialect.insertMissing('enrich_queue', ['run_id', 'brand', 'account_id'], rows);

/** Queues the accounts of a brand that the selection concerns; `whole`: those that were ever enriched too. */
export async function queueSelected(
  database: Database,
  tx: Transaction,
  runId: string,
  brand: string,
  selection: Selection,
  whole: boolean,
): Promise<void> {
  const insert = queueing(database);
  if (whole) {
    await queueEverybody(tx, insert, runId, brand);
    return;
  }
  switch (selection.kind) {
    case 'accounts':
      for (const table of ['raw_accounts', 'enriched_accounts']) {
        for (let start = 0; start < selection.ids.length; start += PAGE) {
          const ids = selection.ids.slice(start, start + PAGE);
          const marks = ids.map(() => '?').join(',');
          await tx.raw(insert(`select ?, brand, source_id from ${table} where brand = ? and source_id in (${marks})`), [runId, brand, ...ids]);
        }
      }
      return;
    case 'batches':
      await queueBatches(tx, insert, runId, brand, selection);
      return;
    case 'changes':
      await queueChanges(tx, insert, runId, brand, selection);
  }
}

/** Queues the accounts that only enriched records name: rows that were added by hand. @param accounts undefined: all of them */
export async function queueStrays(database: Database, tx: Transaction, runId: string, brand: string, accounts: readonly string[] | undefined): Promise<void> {
  const insert = queueing(database);
  for (const name of tableNames) {
    if (name === 'products') continue;
    const table = enrichedTables[name].name;
    if (accounts === undefined) {
      await tx.raw(insert(`select ?, brand, account_id from ${table} where brand = ? group by brand, account_id`), [runId, brand]);
      continue;
    }
    for (let start = 0; start < accounts.length; start += PAGE) {
      const some = accounts.slice(start, start + PAGE);
      await tx.raw(insert(`select distinct ?, brand, account_id from ${table} where brand = ? and account_id in (${some.map(() => '?').join(',')})`), [runId, brand, ...some]);
    }
  }
}

/** True if within the range of changes a table was filled that held none of the brand: its rows' owners are not noted one by one. */
export async function hasFirstLoad(database: Database, tx: Transaction, brand: string, after: number, upTo: number): Promise<boolean> {
  const statement = 'select 1 from raw_changes where brand = ? and change_no > ? and change_no <= ? and entity = ? limit 1';
  return (await database.dialect.selectRows(tx, statement, [brand, after, upTo, EVERYBODY])).length > 0;
}

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

/** Removes what the runs have queued. */
export async function clearQueues(tx: Transaction, runIds: readonly string[]): Promise<void> {
  for (const table of [QUEUE, 'enrich_persons']) await tx(table).whereIn('run_id', runIds).delete();
}

/** Every account that there is or was, and every one that a row names; of the indexes alone. */
async function queueEverybody(tx: Transaction, insert: Insert, runId: string, brand: string): Promise<void> {
  await tx.raw(insert(`select ?, brand, source_id from raw_accounts where brand = ?`), [runId, brand]);
  await tx.raw(insert(`select ?, brand, account_id from enriched_accounts where brand = ?`), [runId, brand]);
  for (const table of ROW_TABLES) {
    await tx.raw(insert(`select ?, brand, account_id from raw_${table} where brand = ? and account_id is not null group by brand, account_id`), [runId, brand]);
  }
}

async function queueChanges(tx: Transaction, insert: Insert, runId: string, brand: string, range: Extract<Selection, { kind: 'changes' }>): Promise<void> {
  const queue: Take = async (rows, values) => {
    await tx.raw(insert(rows), [...values]);
  };
  await changedAccounts(tx, queue, runId, brand, range);
  await queue(`select distinct ?, brand, account_id from enriched_subscriptions where brand = ? and next_date <= ?`, [runId, brand, range.asOf]);
}

/**
 * Finds the accounts of a brand whose rows changed within a range of change numbers, and those that could not be decided.
 * @param take gets selects of run, brand and account, which may name an account several times
 */
export async function changedAccounts(tx: Transaction, take: Take, runId: string, brand: string, range: { readonly after: number; readonly upTo: number }): Promise<void> {
  const noted = 'n.brand = ? and n.change_no > ? and n.change_no <= ?';
  const bounds = [brand, range.after, range.upTo];
  await take(`select distinct ?, n.brand, n.entity_id from raw_changes n where ${noted} and n.entity = 'account'`, [runId, ...bounds]);
  for (const [entity, from, account] of NOTED) {
    await take(
      `select distinct ?, n.brand, ${account} from raw_changes n
        join ${from.replace(/^(\S+ p)/, '$1 on p.brand = n.brand and p.source_id = n.entity_id')}
        where ${noted} and n.entity = '${entity}' and ${account} is not null`,
      [runId, ...bounds],
    );
  }
  await catalogUsers(tx, take, runId, brand, noted, bounds);
  await take(`select ?, brand, account_id from undecidable where stage = 'enrich' and brand = ?`, [runId, brand]);
}

/** A changed charge of the catalog concerns every account that was sold or billed it. */
async function catalogUsers(tx: Transaction, take: Take, runId: string, brand: string, noted: string, bounds: readonly (string | number)[]): Promise<void> {
  const changed = `select n.entity_id from raw_changes n where ${noted}`;
  const rows = await tx('raw_product_charges')
    .where({ brand })
    .whereRaw(`(product_id in (${changed} and n.entity = 'product') or source_id in (${changed} and n.entity = 'product_charge'))`, [...bounds, ...bounds])
    .pluck<string[]>('source_id');
  for (let start = 0; start < rows.length; start += PAGE) {
    const ids = rows.slice(start, start + PAGE);
    for (const [entity, table] of CATALOG_USERS) {
      await take(
        `select distinct ?, r.brand, coalesce(r.account_id, o.account_id) from ${table} r
          left join enrich_owners o on r.account_id is null and o.brand = r.brand and o.entity = '${entity}' and o.source_id = r.source_id
          where r.brand = ? and r.product_rate_plan_charge_id in (${ids.map(() => '?').join(',')}) and coalesce(r.account_id, o.account_id) is not null`,
        [runId, brand, ...ids],
      );
    }
  }
}

/** The accounts of rows that stand as the batches of the range left them. No index: a backfill reads the tables once. */
async function queueBatches(tx: Transaction, insert: Insert, runId: string, brand: string, range: Extract<Selection, { kind: 'batches' }>): Promise<void> {
  const inRange = 'r.brand = ? and r.lake_batch >= ? and r.lake_batch < ?';
  const bounds = [brand, range.from, range.until];
  await tx.raw(insert(`select ?, r.brand, r.source_id from raw_accounts r where ${inRange}`), [runId, ...bounds]);
  for (const table of ROW_TABLES) {
    await tx.raw(insert(`select distinct ?, r.brand, r.account_id from raw_${table} r where ${inRange} and r.account_id is not null`), [runId, ...bounds]);
  }
  for (const entity of linkedEntities) {
    await tx.raw(
      insert(`select distinct ?, o.brand, o.account_id from enrich_owners o
        join raw_${entity}s r on r.brand = o.brand and r.source_id = o.source_id where o.entity = '${entity}' and ${inRange}`),
      [runId, ...bounds],
    );
  }
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
