import type { Database, Transaction } from '../../db/database.ts';

/** How the account of a row without AccountId is found: the parents, the best first (billing, "Entities"). */
const PARENTS = {
  amendment: { table: 'raw_amendments', joins: [['s', 'raw_subscriptions', 'r.subscription_id']] },
  rate_plan: { table: 'raw_rate_plans', joins: [['s', 'raw_subscriptions', 'r.subscription_id']] },
  rate_plan_charge: {
    table: 'raw_rate_plan_charges',
    joins: [
      ['p', 'raw_rate_plans', 'r.rate_plan_id'],
      ['t', 'raw_subscriptions', 'p.subscription_id'],
      ['s', 'raw_subscriptions', 'r.subscription_id'],
    ],
  },
  invoice_item: { table: 'raw_invoice_items', joins: [['i', 'raw_invoices', 'r.invoice_id']] },
  invoice_payment: {
    table: 'raw_invoice_payments',
    joins: [
      ['i', 'raw_invoices', 'r.invoice_id'],
      ['p', 'raw_payments', 'r.payment_id'],
    ],
  },
  refund_invoice_payment: {
    table: 'raw_refund_invoice_payments',
    joins: [
      ['f', 'raw_refunds', 'r.refund_id'],
      ['i', 'raw_invoices', 'r.invoice_id'],
      ['p', 'raw_payments', 'r.payment_id'],
      ['a', 'raw_invoice_payments', 'r.invoice_payment_id'],
    ],
  },
} as const;

/** An entity whose rows may lack AccountId. */
export type LinkedEntity = keyof typeof PARENTS;
export const linkedEntities = Object.keys(PARENTS) as readonly LinkedEntity[];

/**
 * Finds the accounts of rows without AccountId anew: of the queued accounts' rows, and of rows that have none so far.
 * The rest is known already, so an ordinary day looks at little more than the day's rows.
 */
export async function refreshOwners(database: Database, tx: Transaction, runId: string, brand: string): Promise<void> {
  await tx.raw(
    `delete from enrich_owners where brand = ? and exists
      (select 1 from enrich_queue q where q.run_id = ? and q.brand = enrich_owners.brand and q.account_id = enrich_owners.account_id)`,
    [brand, runId],
  );
  for (const entity of linkedEntities) {
    const { joins } = PARENTS[entity];
    const parents = joins.map(([alias, parent, id]) => `left join ${parent} ${alias} on ${alias}.brand = r.brand and ${alias}.source_id = ${id}`);
    const accounts = joins.map(([alias]) => `${alias}.account_id`);
    const account = accounts.length === 1 ? accounts.join() : `coalesce(${accounts.join(', ')})`;
    await tx.raw(
      database.dialect.insertMissing(
        'enrich_owners',
        ['brand', 'entity', 'source_id', 'account_id'],
        `select r.brand, '${entity}', r.source_id, ${account} ${unlinked(entity)}
          ${parents.join(' ')}
          where ${UNLINKED} and ${account} is not null`,
      ),
      [brand],
    );
  }
}

/** Notes which other accounts the queued ones of a brand depend on: those that share a chain, and those that pay for one. */
export async function refreshNeighbours(database: Database, tx: Transaction, runId: string, brand: string, whole: boolean): Promise<void> {
  const insert = (rows: string): string => database.dialect.insertMissing('enrich_neighbours', ['brand', 'account_id', 'depends_on'], rows);
  if (whole) {
    await noteAllNeighbours(tx, insert, brand);
    return;
  }
  const shared = `from enrich_queue q
    join raw_subscriptions a on a.brand = q.brand and a.account_id = q.account_id
    join raw_subscriptions b on b.brand = a.brand and b.original_id = a.original_id and b.account_id <> a.account_id
    where q.run_id = ? and q.brand = ?`;
  await tx.raw(insert(`select distinct a.brand, a.account_id, b.account_id ${shared}`), [runId, brand]);
  await tx.raw(insert(`select distinct b.brand, b.account_id, a.account_id ${shared}`), [runId, brand]);
  await tx.raw(
    insert(`select distinct a.brand, a.account_id, a.invoice_owner_id from enrich_queue q
      join raw_subscriptions a on a.brand = q.brand and a.account_id = q.account_id
      where q.run_id = ? and q.brand = ? and a.invoice_owner_id is not null and a.invoice_owner_id <> a.account_id`),
    [runId, brand],
  );
}

/** The same for everybody, in the order of the table and of an index. */
async function noteAllNeighbours(tx: Transaction, insert: (rows: string) => string, brand: string): Promise<void> {
  await tx.raw(
    insert(`select distinct a.brand, a.account_id, b.account_id from
      (select original_id from raw_subscriptions where brand = ? and original_id is not null
        group by original_id having min(account_id) <> max(account_id)) c
      join raw_subscriptions a on a.brand = ? and a.original_id = c.original_id
      join raw_subscriptions b on b.brand = ? and b.original_id = c.original_id and b.account_id <> a.account_id`),
    [brand, brand, brand],
  );
  await tx.raw(
    insert(`select distinct brand, account_id, invoice_owner_id from raw_subscriptions
      where brand = ? and account_id is not null and invoice_owner_id <> account_id`),
    [brand],
  );
}

/** Rows that belong to no account, because neither they nor any parent names one, by entity. */
export async function countUnowned(database: Database, tx: Transaction, brand: string): Promise<Map<LinkedEntity, number>> {
  const counts = new Map<LinkedEntity, number>();
  for (const entity of linkedEntities) {
    const [row] = await database.dialect.selectRows(
      tx,
      `select count(*) ${unlinked(entity)} where ${UNLINKED}`,
      [brand],
    );
    counts.set(entity, Number(row?.[0] ?? 0));
  }
  return counts;
}

const UNLINKED = 'u.brand = ? and u.account_id is null and o.source_id is null and r.deleted_at is null';

/** Rows without AccountId and without a link. Those that have one are passed over in the index alone. */
function unlinked(entity: LinkedEntity): string {
  const { table } = PARENTS[entity];
  return `from ${table} u
    left join enrich_owners o on o.brand = u.brand and o.entity = '${entity}' and o.source_id = u.source_id
    join ${table} r on r.brand = u.brand and r.source_id = u.source_id`;
}
