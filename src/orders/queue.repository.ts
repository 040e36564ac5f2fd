import type { Database, Transaction } from '../db/database.ts';
import { clearPersons, queueChosen, queueDated, queueEverybody, queueMissing, queueUndecidable, type ChosenPersons, type PersonQueue } from '../enriched/person-queue.repository.ts';

/** Which of the two commands of this stage is running. */
export type OrdersCommand = 'assemble-orders' | 'attribute-refunds';

/** Whom a run takes up. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number }
  | { readonly kind: 'some'; readonly chosen: ChosenPersons }
  | Recomputed;

/** Whoever is chosen is taken up, whatever the command decides otherwise, and the strays whom nothing enriched leads to. */
export interface Recomputed {
  readonly kind: 'recompute';
  /** Undefined: everybody. */
  readonly some: Extract<Selection, { kind: 'some' }> | undefined;
  readonly strays: readonly string[];
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
export function clearQueues(tx: Transaction, runIds: readonly string[]): Promise<void> {
  return clearPersons(tx, QUEUE, runIds);
}

/** Puts the persons of the selection into the queue of the run, and a row to lock for each. */
export async function queuePersons(queue: PersonQueue, command: OrdersCommand, selection: Selection): Promise<void> {
  const { database, tx, runId } = queue;
  switch (selection.kind) {
    case 'all':
      await queueAll(queue, command);
      break;
    case 'changes':
      await queueChanges(queue, command, selection);
      break;
    case 'some':
      await queueSome(queue, command, selection.chosen);
      break;
    case 'recompute':
      // Everything that the stage stores is compared, also what the command only keeps up to date.
      if (selection.some === undefined) await queueAll(queue, 'assemble-orders');
      else await queueSome(queue, 'assemble-orders', selection.some.chosen);
      for (let start = 0; start < selection.strays.length; start += KEYS_PER_QUERY) {
        const some = selection.strays.slice(start, start + KEYS_PER_QUERY);
        await queueMissing(queue, some.map(() => 'select ? as person_id').join(' union '), some);
      }
  }
  await tx.raw(database.dialect.insertMissing('person_locks', ['person_id'], `select distinct person_id from order_queue where run_id = ?`), [runId]);
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
async function queueAll(queue: PersonQueue, command: OrdersCommand): Promise<void> {
  const { tx, table, runId } = queue;
  if (command === 'assemble-orders') {
    await queueEverybody(queue);
  } else {
    await tx.raw(
      `insert into ${table} (run_id, leader, person_id) select ?, min(a.account_id), a.person_id from enriched_accounts a
        where a.person_id in (select o.person_id from enriched_accounts o join enriched_refunds r on r.brand = o.brand and r.account_id = o.account_id)
        group by a.person_id`,
      [runId],
    );
  }
  const own = command === 'assemble-orders' ? 'persons' : 'credit_notes';
  await queueMissing(queue, `select distinct person_id from ${own}`, []);
}

async function queueChanges(queue: PersonQueue, command: OrdersCommand, { after, upTo }: Extract<Selection, { kind: 'changes' }>): Promise<void> {
  const noted = 'change_no > ? and change_no <= ?';
  await queueMissing(queue, `select distinct person_id from enriched_changes where ${noted}`, [after, upTo]);
  await queueUndecidable(queue, command);
  const products = await queue.database.dialect.selectRows(
    queue.tx,
    `select distinct brand, product_charge_id from enriched_product_changes where ${noted} order by brand, product_charge_id`,
    [after, upTo],
  );
  if (products.length === 0) return;
  await queueBuyers(queue, products.map(([brand, id]) => [String(brand), String(id)]));
}

/** A changed product concerns those who bought it, and whoever got a refund that may name it in words. */
async function queueBuyers(queue: PersonQueue, products: readonly [brand: string, id: string][]): Promise<void> {
  for (const brand of new Set(products.map(([name]) => name))) {
    const ids = products.flatMap(([name, id]) => (name === brand ? [id] : []));
    const owner = 'select distinct a.person_id from enriched_accounts a';
    for (let start = 0; start < ids.length; start += KEYS_PER_QUERY) {
      const some = ids.slice(start, start + KEYS_PER_QUERY);
      const marks = some.map(() => '?').join(',');
      for (const table of ['enriched_charges', 'enriched_invoice_lines']) {
        const bought = `exists (select 1 from ${table} c where c.brand = a.brand and c.account_id = a.account_id and c.product_charge_id in (${marks}))`;
        await queueMissing(queue, `${owner} where a.brand = ? and ${bought}`, [brand, ...some]);
      }
    }
    const named = 'r.brand = a.brand and r.account_id = a.account_id and r.sku is null and (r.comment is not null or r.reason_code is not null)';
    await queueMissing(queue, `${owner} where a.brand = ? and exists (select 1 from enriched_refunds r where ${named})`, [brand]);
  }
}

async function queueSome(queue: PersonQueue, command: OrdersCommand, chosen: ChosenPersons): Promise<void> {
  if (chosen.range !== undefined) return queueDated(queue, chosen, chosen.range, DATED[command]);
  if (command === 'assemble-orders' || chosen.accounts !== undefined) return queueChosen(queue, chosen);
  // Of a brand only those whom the command decides anything for; accounts that are named count in any case.
  for (const table of ['enriched_refunds', 'credit_notes']) {
    await queueChosen(queue, chosen, `exists (select 1 from ${table} c where c.brand = a.brand and c.account_id = a.account_id)`);
  }
}
