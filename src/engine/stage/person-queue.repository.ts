import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { changeTables, type ChangeTable } from '../declare/change-tables.ts';
import type { StageDeclaration } from '../declare/stage-declaration.ts';
import { forgetUndecidable } from '../records/undecidable.repository.ts';

/** The queue of the persons that a run of a later stage takes up, each under the smallest of their accounts. */
export interface PersonQueue {
  readonly database: Database;
  readonly tx: Transaction;
  /** Of all runs of the stage, with the columns run_id, leader and person_id. */
  readonly table: string;
  readonly runId: string;
}

/** Half-open: `to` is the first date that is not taken. */
export interface DateRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** A part of the persons: customers of these brands, of these accounts, with facts in this range. */
export interface ChosenPersons {
  readonly brands: readonly string[];
  readonly accounts: readonly string[] | undefined;
  readonly range: DateRange | undefined;
}

/** Whom a run takes up. */
export type PersonSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'changes'; readonly after: number; readonly upTo: number }
  | { readonly kind: 'some'; readonly chosen: ChosenPersons };

/** The place of a person in the order of the queue. */
export interface QueuePlace {
  readonly leader: string;
  readonly personId: string;
}

/** Where a queue begins. */
export const QUEUE_START: QueuePlace = { leader: '', personId: '' };

/** Where a date says that an account's facts belong to a range. */
export const DATED_FACTS = [
  ['enriched_subscriptions', 'contract_effective_date'],
  ['enriched_invoices', 'invoice_date'],
  ['enriched_refunds', 'refund_date'],
] as const;

/**
 * Queues whom a selection is about, for a stage that decides everybody who is enriched: by the changes of persons that the
 * list of stages says it takes up. Whoever has records of it without being enriched any more is among everybody.
 */
export async function queueSelected(queue: PersonQueue, { name, takesUp, records }: StageDeclaration, selection: PersonSelection): Promise<void> {
  switch (selection.kind) {
    case 'all':
      await queueEverybody(queue);
      for (const [table, erasure] of Object.entries(records)) if (erasure !== 'nobody') await queueMissing(queue, `select distinct person_id from ${table}`, []);
      return;
    case 'changes':
      for (const table of takesUp) {
        if (!(changeTables[table] as ChangeTable).keys.includes('person_id')) continue;
        await queueMissing(queue, `select distinct person_id from ${table} where change_no > ? and change_no <= ?`, [selection.after, selection.upTo]);
      }
      await queueUndecidable(queue, name);
      return;
    case 'some': {
      const { chosen } = selection;
      await (chosen.range === undefined ? queueChosen(queue, chosen) : queueDated(queue, chosen, chosen.range, DATED_FACTS));
    }
  }
}

/** Fills a queue that is empty with everybody who is enriched. */
export async function queueEverybody({ tx, table, runId }: PersonQueue): Promise<void> {
  await tx.raw(`insert into ${table} (run_id, leader, person_id) select ?, min(account_id), person_id from enriched_accounts group by person_id`, [runId]);
}

/** Queues the persons of a query who are not queued yet. */
export async function queueMissing({ database, tx, table, runId }: PersonQueue, persons: string, values: readonly (string | number)[]): Promise<void> {
  await tx.raw(
    database.dialect.insertMissing(
      table,
      ['run_id', 'leader', 'person_id'],
      `select ?, coalesce((select min(m.account_id) from enriched_accounts m where m.person_id = p.person_id), p.person_id), p.person_id
        from (${persons}) p`,
    ),
    [runId, ...values],
  );
}

/** Queues whom the stage could not decide before. */
export async function queueUndecidable(queue: PersonQueue, stage: string): Promise<void> {
  await forgetUndecidable(queue.tx, stage, 'enriched_accounts');
  const ofAccounts = 'join undecidable u on u.brand = a.brand and u.account_id = a.account_id';
  await queueMissing(queue, `select distinct a.person_id from enriched_accounts a ${ofAccounts} where u.stage = ?`, [stage]);
}

/** Queues those of the brands and accounts whose account `a` meets a condition. */
export async function queueChosen(queue: PersonQueue, { brands, accounts }: ChosenPersons, condition = '', values: readonly string[] = []): Promise<void> {
  const wanted = accounts === undefined ? '' : ` and a.account_id in (${accounts.map(() => '?').join(',')})`;
  const owner = `select distinct a.person_id from enriched_accounts a where a.brand in (${brands.map(() => '?').join(',')})${wanted}`;
  await queueMissing(queue, condition === '' ? owner : `${owner} and ${condition}`, [...brands, ...(accounts ?? []), ...values]);
}

/** Queues those of the brands and accounts of whom a column says that a fact belongs to the range. */
export async function queueDated(queue: PersonQueue, chosen: ChosenPersons, { from, to }: DateRange, dated: readonly (readonly [table: string, column: string])[]): Promise<void> {
  for (const [table, column] of dated) {
    const condition = `exists (select 1 from ${table} d where d.brand = a.brand and d.account_id = a.account_id and d.${column} >= ? and d.${column} < ?)`;
    await queueChosen(queue, chosen, condition, [from, to]);
  }
}

/** How many persons are queued. */
export async function countPersons({ database, tx, table, runId }: PersonQueue): Promise<number> {
  const [row] = await database.dialect.selectRows(tx, `select count(*) from ${table} where run_id = ?`, [runId]);
  return Number(row?.[0] ?? 0);
}

/** The next persons of the queue; empty at the end. */
export async function nextPersons({ database, tx, table, runId }: PersonQueue, after: QueuePlace, count: number): Promise<QueuePlace[]> {
  const rows = await database.dialect.selectRows(
    tx,
    `select leader, person_id from ${table} where run_id = ? and (leader > ? or (leader = ? and person_id > ?))
      order by leader, person_id limit ${count}`,
    [runId, after.leader, after.leader, after.personId],
  );
  return rows.map(([leader, personId]) => ({ leader: String(leader), personId: String(personId) }));
}
