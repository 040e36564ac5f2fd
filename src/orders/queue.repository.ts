import type { Knex } from 'knex';

import type { LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { forgetUndecidable } from '../engine/records/undecidable.repository.ts';

/** Which of the two commands of this stage is running. */
export type OrdersCommand = 'assemble-orders' | 'attribute-refunds';

/** Whom a run takes up. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number }
  | { readonly kind: 'some'; readonly brands: readonly string[]; readonly accounts: readonly string[] | undefined; readonly range: DateRange | undefined }
  | Recomputed;

/** Whoever is chosen is taken up, whatever the command decides otherwise, and the strays whom nothing enriched leads to. */
export interface Recomputed {
  readonly kind: 'recompute';
  /** Undefined: everybody. */
  readonly some: Extract<Selection, { kind: 'some' }> | undefined;
  readonly strays: readonly string[];
}

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

const KEYS_PER_QUERY = 500;
/** The queue of all runs of both commands. */
export const QUEUE = 'order_queue';
/** Where a date says that an account's facts belong to a range. */
const DATED: Readonly<Record<OrdersCommand, readonly (readonly [table: string, column: string])[]>> = {
  'assemble-orders': [
    ['enriched_subscriptions', 'contract_effective_date'],
    ['enriched_invoices', 'invoice_date'],
    ['enriched_refunds', 'refund_date'],
  ],
  'attribute-refunds': [['enriched_refunds', 'refund_date']],
};

/** Removes what the runs have queued. */
export async function clearQueues(tx: Transaction, runIds: readonly string[]): Promise<void> {
  await tx(QUEUE).whereIn('run_id', runIds).delete();
}

/** Puts the persons of the selection into the queue of the run, and a row to lock for each. */
export async function queuePersons(
  database: Database,
  tx: Transaction,
  runId: string,
  command: OrdersCommand,
  selection: Selection,
): Promise<void> {
  switch (selection.kind) {
    case 'all':
      await queueAll(database, tx, runId, command);
      break;
    case 'changes':
      await queueChanges(database, tx, runId, command, selection);
      break;
    case 'some':
      await queueSome(database, tx, runId, command, selection);
      break;
    case 'recompute':
      // Everything that the stage stores is compared, also what the command only keeps up to date.
      if (selection.some === undefined) await queueAll(database, tx, runId, 'assemble-orders');
      else await queueSome(database, tx, runId, 'assemble-orders', selection.some);
      for (let start = 0; start < selection.strays.length; start += KEYS_PER_QUERY) {
        const some = selection.strays.slice(start, start + KEYS_PER_QUERY);
        await queueMissing(database, tx, runId, some.map(() => 'select ? as person_id').join(' union '), some);
      }
  }
  await tx.raw(database.dialect.insertMissing('person_locks', ['person_id'], `select distinct person_id from order_queue where run_id = ?`), [runId]);
}

/** How many persons are queued. */
export async function countQueued(database: Database, tx: Transaction, runId: string): Promise<number> {
  const [row] = await database.dialect.selectRows(tx, 'select count(*) from order_queue where run_id = ?', [runId]);
  return Number(row?.[0] ?? 0);
}

/** The next persons of the queue; empty at the end. */
export async function nextPersons(database: Database, knex: Knex, runId: string, after: QueuePlace, count: number): Promise<QueuePlace[]> {
  const rows = await database.dialect.selectRows(
    knex,
    `select leader, person_id from order_queue where run_id = ? and (leader > ? or (leader = ? and person_id > ?))
      order by leader, person_id limit ${count}`,
    [runId, after.leader, after.leader, after.personId],
  );
  return rows.map(([leader, personId]) => ({ leader: String(leader), personId: String(personId) }));
}

/**
 * Holds off the other command of this stage, which may write the totals of the same persons. SQLite has one writer
 * anyway; its transactions begin as writers.
 */
export async function lockPersons(database: Database, tx: Transaction, personIds: readonly string[]): Promise<void> {
  if (!database.dialect.concurrentWriters) return;
  const sorted = [...personIds].sort();
  for (let start = 0; start < sorted.length; start += KEYS_PER_QUERY) {
    const some = sorted.slice(start, start + KEYS_PER_QUERY);
    await database.dialect.selectRows(
      tx,
      `select person_id from person_locks where person_id in (${some.map(() => '?').join(',')}) order by person_id for update`,
      some,
    );
  }
}

/** Everybody who has anything that the command decides, and everybody who has records that it once wrote. */
async function queueAll(database: Database, tx: Transaction, runId: string, command: OrdersCommand): Promise<void> {
  const columns = 'order_queue (run_id, leader, person_id)';
  if (command === 'assemble-orders') {
    await tx.raw(`insert into ${columns} select ?, min(account_id), person_id from enriched_accounts group by person_id`, [runId]);
  } else {
    await tx.raw(
      `insert into ${columns} select ?, min(a.account_id), a.person_id from enriched_accounts a
        where a.person_id in (select o.person_id from enriched_accounts o join enriched_refunds r on r.brand = o.brand and r.account_id = o.account_id)
        group by a.person_id`,
      [runId],
    );
  }
  for (const table of command === 'assemble-orders' ? ['persons'] : ['credit_notes']) {
    await queueMissing(database, tx, runId, `select distinct person_id from ${table}`, []);
  }
}

async function queueChanges(database: Database, tx: Transaction, runId: string, command: OrdersCommand, { after, upTo }: Extract<Selection, { kind: 'changes' }>): Promise<void> {
  const noted = 'change_no > ? and change_no <= ?';
  await queueMissing(database, tx, runId, `select distinct person_id from enriched_changes where ${noted}`, [after, upTo]);
  await forgetUndecidable(tx, command, 'enriched_accounts');
  const ofAccounts = 'join undecidable u on u.brand = a.brand and u.account_id = a.account_id';
  await queueMissing(database, tx, runId, `select distinct a.person_id from enriched_accounts a ${ofAccounts} where u.stage = ?`, [command]);
  const products = await database.dialect.selectRows(
    tx,
    `select distinct brand, product_charge_id from enriched_product_changes where ${noted} order by brand, product_charge_id`,
    [after, upTo],
  );
  if (products.length === 0) return;
  await queueBuyers(database, tx, runId, products.map(([brand, id]) => [String(brand), String(id)]));
}

/** A changed product concerns those who bought it, and whoever got a refund that may name it in words. */
async function queueBuyers(database: Database, tx: Transaction, runId: string, products: readonly [brand: string, id: string][]): Promise<void> {
  for (const brand of new Set(products.map(([name]) => name))) {
    const ids = products.flatMap(([name, id]) => (name === brand ? [id] : []));
    const owner = 'select distinct a.person_id from enriched_accounts a';
    for (let start = 0; start < ids.length; start += KEYS_PER_QUERY) {
      const some = ids.slice(start, start + KEYS_PER_QUERY);
      const marks = some.map(() => '?').join(',');
      for (const table of ['enriched_charges', 'enriched_invoice_lines']) {
        const bought = `exists (select 1 from ${table} c where c.brand = a.brand and c.account_id = a.account_id and c.product_charge_id in (${marks}))`;
        await queueMissing(database, tx, runId, `${owner} where a.brand = ? and ${bought}`, [brand, ...some]);
      }
    }
    const named = 'r.brand = a.brand and r.account_id = a.account_id and r.sku is null and (r.comment is not null or r.reason_code is not null)';
    await queueMissing(database, tx, runId, `${owner} where a.brand = ? and exists (select 1 from enriched_refunds r where ${named})`, [brand]);
  }
}

async function queueSome(
  database: Database,
  tx: Transaction,
  runId: string,
  command: OrdersCommand,
  { brands, accounts, range }: Extract<Selection, { kind: 'some' }>,
): Promise<void> {
  const owner = `select distinct a.person_id from enriched_accounts a where a.brand in (${brands.map(() => '?').join(',')})`;
  const wanted = accounts === undefined ? '' : ` and a.account_id in (${accounts.map(() => '?').join(',')})`;
  const bounds = [...brands, ...(accounts ?? [])];
  if (range === undefined) {
    // Of a brand only those whom the command decides anything for; accounts that are named count in any case.
    const concerned = command === 'attribute-refunds' && accounts === undefined ? ['enriched_refunds', 'credit_notes'] : [];
    for (const table of concerned) {
      await queueMissing(database, tx, runId, `${owner} and exists (select 1 from ${table} c where c.brand = a.brand and c.account_id = a.account_id)`, bounds);
    }
    if (concerned.length === 0) await queueMissing(database, tx, runId, owner + wanted, bounds);
    return;
  }
  for (const [table, column] of DATED[command]) {
    const dated = `exists (select 1 from ${table} d where d.brand = a.brand and d.account_id = a.account_id and d.${column} >= ? and d.${column} < ?)`;
    await queueMissing(database, tx, runId, `${owner}${wanted} and ${dated}`, [...bounds, range.from, range.to]);
  }
}

/** Queues the persons of a query who are not queued yet, each under the smallest of their accounts. */
async function queueMissing(database: Database, tx: Transaction, runId: string, persons: string, values: readonly (string | number)[]): Promise<void> {
  await tx.raw(
    database.dialect.insertMissing(
      'order_queue',
      ['run_id', 'leader', 'person_id'],
      `select ?, coalesce((select min(m.account_id) from enriched_accounts m where m.person_id = p.person_id), p.person_id), p.person_id
        from (${persons}) p`,
    ),
    [runId, ...values],
  );
}
