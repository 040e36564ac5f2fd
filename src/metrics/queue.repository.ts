import type { LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { forgetUndecidable } from '../engine/records/undecidable.repository.ts';

/** The name of the stage in marks and in what could not be decided. */
export const STAGE = 'build-metrics';
/** The queue of all runs. */
export const QUEUE = 'metric_queue';

/** Whom a run takes up. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number }
  | { readonly kind: 'some'; readonly brands: readonly string[]; readonly accounts: readonly string[] | undefined; readonly range: DateRange | undefined };

/** Half-open: `to` is the first date that is not taken. */
export interface DateRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** The place of a person in the order of the queue. */
export interface QueuePlace {
  readonly leader: string;
  readonly personId: string;
}

/** Where a date says that an account's facts belong to a range. */
const DATED = [
  ['enriched_subscriptions', 'contract_effective_date'],
  ['enriched_invoices', 'invoice_date'],
  ['enriched_refunds', 'refund_date'],
] as const;
/** Where it stands who has metrics, of whom nothing else may be left. */
const OWN = ['subscription_mrr', 'mrr_movements', 'revenue_facts', 'metric_customers'];

/** Removes what the runs have queued. */
export async function clearQueues(tx: Transaction, runIds: readonly string[]): Promise<void> {
  await tx(QUEUE).whereIn('run_id', runIds).delete();
}

/** Puts the persons of the selection into the queue of the run. */
export async function queuePersons(database: Database, tx: Transaction, runId: string, selection: Selection): Promise<void> {
  switch (selection.kind) {
    case 'all':
      await tx.raw(`insert into ${QUEUE} (run_id, leader, person_id) select ?, min(account_id), person_id from enriched_accounts group by person_id`, [runId]);
      for (const table of OWN) await queueMissing(database, tx, runId, `select distinct person_id from ${table}`, []);
      return;
    case 'changes':
      await queueChanges(database, tx, runId, selection);
      return;
    case 'some':
      await queueSome(database, tx, runId, selection);
  }
}

/** How many persons are queued. */
export async function countQueued(database: Database, tx: Transaction, runId: string): Promise<number> {
  const [row] = await database.dialect.selectRows(tx, `select count(*) from ${QUEUE} where run_id = ?`, [runId]);
  return Number(row?.[0] ?? 0);
}

/** The next persons of the queue; empty at the end. */
export async function nextPersons(database: Database, tx: Transaction, runId: string, after: QueuePlace, count: number): Promise<QueuePlace[]> {
  const rows = await database.dialect.selectRows(
    tx,
    `select leader, person_id from ${QUEUE} where run_id = ? and (leader > ? or (leader = ? and person_id > ?))
      order by leader, person_id limit ${count}`,
    [runId, after.leader, after.leader, after.personId],
  );
  return rows.map(([leader, personId]) => ({ leader: String(leader), personId: String(personId) }));
}

async function queueChanges(database: Database, tx: Transaction, runId: string, { after, upTo }: Extract<Selection, { kind: 'changes' }>): Promise<void> {
  for (const table of ['enriched_changes', 'order_changes']) {
    await queueMissing(database, tx, runId, `select distinct person_id from ${table} where change_no > ? and change_no <= ?`, [after, upTo]);
  }
  await forgetUndecidable(tx, STAGE, 'enriched_accounts');
  const ofAccounts = 'join undecidable u on u.brand = a.brand and u.account_id = a.account_id';
  await queueMissing(database, tx, runId, `select distinct a.person_id from enriched_accounts a ${ofAccounts} where u.stage = ?`, [STAGE]);
}

async function queueSome(database: Database, tx: Transaction, runId: string, { brands, accounts, range }: Extract<Selection, { kind: 'some' }>): Promise<void> {
  const wanted = accounts === undefined ? '' : ` and a.account_id in (${accounts.map(() => '?').join(',')})`;
  const owner = `select distinct a.person_id from enriched_accounts a where a.brand in (${brands.map(() => '?').join(',')})${wanted}`;
  const bounds = [...brands, ...(accounts ?? [])];
  if (range === undefined) {
    await queueMissing(database, tx, runId, owner, bounds);
    return;
  }
  for (const [table, column] of DATED) {
    const dated = `exists (select 1 from ${table} d where d.brand = a.brand and d.account_id = a.account_id and d.${column} >= ? and d.${column} < ?)`;
    await queueMissing(database, tx, runId, `${owner} and ${dated}`, [...bounds, range.from, range.to]);
  }
}

/** Queues the persons of a query who are not queued yet, each under the smallest of their accounts. */
async function queueMissing(database: Database, tx: Transaction, runId: string, persons: string, values: readonly (string | number)[]): Promise<void> {
  await tx.raw(
    database.dialect.insertMissing(
      QUEUE,
      ['run_id', 'leader', 'person_id'],
      `select ?, coalesce((select min(m.account_id) from enriched_accounts m where m.person_id = p.person_id), p.person_id), p.person_id
        from (${persons}) p`,
    ),
    [runId, ...values],
  );
}
