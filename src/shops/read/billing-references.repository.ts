import { JsonPaths } from '../../core/text/json-paths.ts';
import { slices } from '../../core/slices.ts';
import type { Transaction } from '../../db/database.ts';
import { shopifyOrders } from '../../sources/streams/shopify/orders.ts';
import { shopOrders } from '../records/tables.ts';
import { PAGE, type ChangeRange } from './raw-rows.repository.ts';

/** Above so many persons whose orders changed, all orders of shops are looked through. */
const MOST_PERSONS = 20_000;

const REFERENCE = new JsonPaths(['order_reference']);

interface BillingOrder {
  brand: string;
  account_id: string;
  person_id: string;
  order_id: string;
  order_reference: string;
}

/** Orders of billing that carry one of the references, by reference; one that several carry names none. */
export async function billingOrders(tx: Transaction, brand: string, references: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string | undefined>();
  for (const some of slices(references, PAGE)) {
    const rows = await tx<BillingOrder>('orders').where({ brand }).whereIn('order_reference', some).select('order_id', 'order_reference');
    for (const { order_id: id, order_reference: reference } of rows) found.set(reference, found.has(reference) && found.get(reference) !== id ? undefined : id);
  }
  return new Map([...found].flatMap(([reference, id]) => (id === undefined ? [] : [[reference, id] as const])));
}

/**
 * The keys of the shop orders that changed orders of billing concern: those whose name or id one of them carries as reference
 * or did so in an earlier version of its document, and those of the same persons.
 */
export async function ordersReferredTo(tx: Transaction, { brand, after, upTo }: ChangeRange): Promise<readonly string[] | 'all'> {
  const persons = await tx<{ change_no: number; person_id: string }>('order_changes').where('change_no', '>', after).where('change_no', '<=', upTo).distinct('person_id').limit(MOST_PERSONS + 1).pluck('person_id');
  if (persons.length > MOST_PERSONS) return 'all';
  const keys = new Set<string>();
  for (const some of slices(persons.sort(), PAGE)) {
    const references = await referencesOf(tx, brand, some);
    const concerned = [
      ...(await keysOf(tx, shopOrders.name, brand, 'person_id', some)),
      ...(await keysOf(tx, shopOrders.name, brand, 'order_name', references)),
      ...(await keysOf(tx, shopifyOrders.table, brand, 'id', references)),
    ];
    for (const key of concerned) keys.add(key);
  }
  return [...keys];
}

/** What orders of the accounts of persons refer to, and once did. */
async function referencesOf(tx: Transaction, brand: string, persons: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const accounts = await tx<BillingOrder>('orders').where({ brand }).whereIn('person_id', persons).distinct('account_id').pluck('account_id');
  for (const some of slices(accounts, PAGE)) {
    const documents = await tx<{ brand: string; account_id: string; doc: string | null }>('order_documents').where({ brand }).whereIn('account_id', some).whereNotNull('doc').pluck('doc');
    for (const document of documents) {
      const [reference] = REFERENCE.read(document ?? '') ?? [];
      if (reference !== null && reference !== undefined) found.add(reference);
    }
  }
  return [...found];
}

async function keysOf(tx: Transaction, table: string, brand: string, column: string, values: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of slices(values, PAGE)) found.push(...(await tx<{ brand: string; source_id: string }>(table).where({ brand }).whereIn(column, some).pluck('source_id')));
  return found;
}
