import type { BatchId, LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { EVERYBODY } from '../raw/rows/owner.ts';
import { linkedEntities } from './facts/links.repository.ts';
import { queueing, type Insert } from './queue.repository.ts';
import { enrichedTables, tableNames } from './records/enriched-tables.ts';

/** Whom a run takes up of a brand. */
export type Selection =
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number; readonly asOf: LocalDate }
  | { readonly kind: 'accounts'; readonly ids: readonly string[] }
  | { readonly kind: 'batches'; readonly from: BatchId; readonly until: BatchId };

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
  ...['contacts', 'subscriptions', 'amendments', 'rate_plans', 'rate_plan_charges', 'invoices', 'invoice_items', 'payments'],
  ...['invoice_payments', 'refunds', 'refund_invoice_payments', 'credit_memos', 'credit_balance_adjustments'],
];
const PAGE = 5_000;

/** Takes the accounts of a `select`. */
type Take = (rows: string, values: readonly (string | number)[]) => Promise<void>;

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
