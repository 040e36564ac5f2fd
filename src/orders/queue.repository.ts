import { DATED_FACTS, queueChosen, queueDated, queueEverybody, queueMissing, queueUndecidable, type ChosenPersons, type PersonQueue, type PersonSelection } from '../engine/stage/person-queue.repository.ts';
import { personLocks } from '../engine/stage/person-locks.repository.ts';

/** Which of the two commands of this stage is running. */
export type OrdersCommand = 'assemble-orders' | 'attribute-refunds';

const KEYS_PER_QUERY = 500;
/** Where a date says that a refund belongs to a range. */
const DATED_REFUNDS = [['enriched_refunds', 'refund_date']] as const;

/**
 * Puts the persons of the selection into the queue of the run, and a row to lock for each.
 * @param strays of a recomputation: persons whom nothing enriched leads to; undefined for another run
 */
export async function queuePersons(queue: PersonQueue, command: OrdersCommand, selection: PersonSelection, strays: readonly string[] | undefined): Promise<void> {
  const { database, tx, table, runId } = queue;
  // Of a recomputation everything that the stage stores is compared, also what the command only keeps up to date.
  const deciding = strays === undefined ? command : 'assemble-orders';
  if (selection.kind === 'all') await queueAll(queue, deciding);
  else if (selection.kind === 'some') await queueSome(queue, deciding, selection.chosen);
  else await queueChanges(queue, command, selection);
  for (let start = 0; start < (strays ?? []).length; start += KEYS_PER_QUERY) {
    const some = (strays ?? []).slice(start, start + KEYS_PER_QUERY);
    await queueMissing(queue, some.map(() => 'select ? as person_id').join(' union '), some);
  }
  await tx.raw(database.dialect.insertMissing(personLocks.name, ['person_id'], `select distinct person_id from ${table} where run_id = ?`), [runId]);
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

async function queueChanges(queue: PersonQueue, command: OrdersCommand, { after, upTo }: Extract<PersonSelection, { kind: 'changes' }>): Promise<void> {
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
  if (chosen.range !== undefined) return queueDated(queue, chosen, chosen.range, command === 'assemble-orders' ? DATED_FACTS : DATED_REFUNDS);
  if (command === 'assemble-orders' || chosen.accounts !== undefined) return queueChosen(queue, chosen);
  // Of a brand only those whom the command decides anything for; accounts that are named count in any case.
  for (const table of ['enriched_refunds', 'credit_notes']) {
    await queueChosen(queue, chosen, `exists (select 1 from ${table} c where c.brand = a.brand and c.account_id = a.account_id)`);
  }
}
