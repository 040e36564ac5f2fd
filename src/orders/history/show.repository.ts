import type { Knex } from 'knex';

import type { Database } from '../../db/database.ts';
import { asKey } from '../../db/key-lookup.ts';
import type { Totals } from '../ledger/totals.ts';
import type { CreditNoteItemRecord, CreditNoteRecord, CustomerAccountRecord, OrderItemRecord, OrderRecord } from '../records/order-tables.ts';

/** An order with the newest version of its document; null if it was withdrawn. */
export interface ShownOrder {
  readonly brand: string;
  readonly orderId: string;
  readonly publicId: string;
  readonly version: number;
  readonly doc: string | null;
  readonly createdRun: string;
  readonly createdAt: string;
}

interface DocumentRow {
  brand: string;
  account_id: string;
  order_id: string;
  public_id: string;
  version: number;
  doc: string | null;
  created_run: string;
  created_at: string;
}

/** A customer account with what it consists of. */
export interface ShownAccount {
  readonly rows: readonly CustomerAccountRecord[];
  readonly orders: readonly OrderRecord[];
  readonly notes: readonly (CreditNoteRecord & { readonly items: readonly CreditNoteItemRecord[] })[];
}

/** A version of a subscription as it was enriched. */
export interface ShownVersion {
  readonly brand: string;
  readonly account_id: string;
  readonly source_id: string;
  readonly chain_id: string;
  readonly name: string | null;
  readonly version: number;
  readonly is_latest: number;
  readonly status: string | null;
  readonly class: string | null;
  readonly lifecycle: string | null;
  readonly is_test: number;
  readonly term_start_date: string | null;
  readonly term_end_date: string | null;
  readonly cancelled_date: string | null;
  readonly order_reference: string | null;
  readonly replaces_chain_id: string | null;
  readonly replaced_by_chain_id: string | null;
}

/** A subscription with its items. */
export interface ShownSubscription {
  readonly versions: readonly ShownVersion[];
  readonly items: readonly OrderItemRecord[];
}

/** The orders with this public id, id inside the hub, or order reference; withdrawn ones by id only. */
export async function findOrders(database: Database, id: string): Promise<ShownOrder[]> {
  return database.read(async (knex) => {
    const named = await knex<OrderRecord>('orders').where({ public_id: asKey(id) }).orWhere({ order_id: asKey(id) }).orWhere({ order_reference: id }).select('brand', 'account_id', 'order_id');
    const found: ShownOrder[] = [];
    for (const { brand, account_id: accountId, order_id: orderId } of named) found.push(...(await newest(knex, { brand, account_id: accountId, order_id: orderId })));
    return found.length > 0 ? found : newest(knex, { public_id: asKey(id) });
  });
}

async function newest(knex: Knex, where: Partial<DocumentRow>): Promise<ShownOrder[]> {
  const row = await knex<DocumentRow>('order_documents').where(where).orderBy('version', 'desc').first();
  if (row === undefined) return [];
  const { brand, order_id: orderId, public_id: publicId, version, doc, created_run: createdRun, created_at: createdAt } = row;
  return [{ brand, orderId, publicId, version, doc, createdRun, createdAt }];
}

/** The customer accounts with this public id or id inside the hub, or to which this billing account belongs (by id or number). */
export async function findAccounts(database: Database, id: string): Promise<ShownAccount[]> {
  return database.read(async (knex) => {
    const billing = await knex<{ brand: string; account_id: string; account_number: string; person_id: string }>('enriched_accounts')
      .where({ account_id: asKey(id) })
      .orWhere({ account_number: id })
      .select('brand', 'account_id', 'person_id');
    const persons = billing.map(({ person_id: personId }) => personId);
    const candidates = await knex<CustomerAccountRecord>('customer_accounts').whereIn('person_id', persons).orWhere({ public_id: asKey(id) }).orWhere({ customer_account_id: asKey(id) });
    const rows = candidates.filter(
      (row) => row.public_id === id || row.customer_account_id === id || billing.some(({ brand, account_id: own }) => brand === row.brand && billingAccounts(row).includes(own)),
    );
    const found: ShownAccount[] = [];
    for (const accountId of new Set(rows.map(({ customer_account_id: own }) => own))) found.push(await openAccount(knex, rows.filter((row) => row.customer_account_id === accountId)));
    return found;
  });
}

async function openAccount(knex: Knex, rows: readonly CustomerAccountRecord[]): Promise<ShownAccount> {
  const [first] = rows;
  if (first === undefined) return { rows, orders: [], notes: [] };
  const accounts = billingAccounts(first);
  const orders = await knex<OrderRecord>('orders').where({ brand: first.brand }).whereIn('account_id', accounts).orderBy(['ordered_at', 'order_id']);
  const notes = await knex<CreditNoteRecord>('credit_notes').where({ brand: first.brand }).whereIn('account_id', accounts).orderBy(['refund_date', 'refund_id']);
  const items = await knex<CreditNoteItemRecord>('credit_note_items').where({ brand: first.brand }).whereIn('account_id', accounts).orderBy('item_no');
  return { rows, orders, notes: notes.map((note) => ({ ...note, items: items.filter(({ refund_id: refund }) => refund === note.refund_id) })) };
}

/** The billing accounts of a customer account. */
export function billingAccounts({ billing_accounts: json }: CustomerAccountRecord): string[] {
  return JSON.parse(json) as string[];
}

/** The subscriptions of which this is a version's id, the chain's id or the name. */
export async function findSubscriptions(database: Database, id: string): Promise<ShownSubscription[]> {
  return database.read(async (knex) => {
    const named = await knex<ShownVersion>('enriched_subscriptions').where({ source_id: asKey(id) }).orWhere({ chain_id: asKey(id) }).orWhere({ name: id }).select('brand', 'chain_id');
    const chains = new Map(named.map(({ brand, chain_id: chainId }) => [`${brand}\t${chainId}`, { brand, chain_id: chainId }]));
    const found: ShownSubscription[] = [];
    for (const chain of chains.values()) {
      const versions = await knex<ShownVersion>('enriched_subscriptions').where(chain).orderBy('version');
      const accounts = [...new Set(versions.map(({ account_id: accountId }) => accountId))];
      const items = await knex<OrderItemRecord>('order_items').where(chain).whereIn('account_id', accounts).orderBy('item_id');
      found.push({ versions, items });
    }
    return found;
  });
}

/** What all customer accounts of a brand come to in one currency. */
export interface BrandTotals extends Totals {
  readonly brand: string;
  readonly currency: string;
  readonly accounts: number;
  readonly unallocated: number;
}

/** The six totals by brand and currency, which never add. */
export async function totalsOfBrands(database: Database): Promise<BrandTotals[]> {
  const sums = ['invoiced', 'credited', 'paid', 'refunded', 'balance', 'outstanding', 'unallocated'];
  const rows = await database.read((knex) =>
    database.dialect.selectRows(
      knex,
      `select brand, currency, count(*), ${sums.map((name) => `sum(${name})`).join(', ')} from customer_accounts group by brand, currency order by brand, currency`,
      [],
    ),
  );
  return rows.map(([brand, currency, accounts, ...values]): BrandTotals => {
    const [invoiced = 0, credited = 0, paid = 0, refunded = 0, balance = 0, outstanding = 0, unallocated = 0] = values.map(Number);
    return { brand: String(brand), currency: String(currency), accounts: Number(accounts), invoiced, credited, paid, refunded, balance, outstanding, unallocated };
  });
}

/** The public id of the order with a refund whose document is shortest; undefined if nothing was refunded. */
export async function simplestRefundedOrder(database: Database): Promise<string | undefined> {
  const newest = 'select max(n.version) from order_documents n where n.brand = d.brand and n.account_id = d.account_id and n.order_id = d.order_id';
  const rows = await database.read((knex) =>
    database.dialect.selectRows(
      knex,
      `select d.public_id from orders o
        join order_documents d on d.brand = o.brand and d.account_id = o.account_id and d.order_id = o.order_id
        where o.refunded > 0 and d.doc is not null and d.version = (${newest})
        order by length(d.doc), d.public_id limit 1`,
      [],
    ),
  );
  return rows[0] === undefined ? undefined : String(rows[0][0]);
}
