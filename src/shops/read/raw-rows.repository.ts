import type { Transaction } from '../../db/database.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { sourceChanges } from '../../raw/store/changes.repository.ts';
import { EVERYBODY } from '../../raw/rows/owner.ts';
import type { RawValues } from '../decide/raw-values.ts';

/** Rows that are read at once. */
export const PAGE = 1_000;

/** Change numbers, above the first and up to the last. */
export interface ChangeRange {
  readonly brand: string;
  readonly after: number;
  readonly upTo: number;
}

/** Which rows of a stream changed: their keys, or `all` after a first load; undefined if none did. */
export async function changedKeys(tx: Transaction, { name }: Entity, { brand, after, upTo }: ChangeRange): Promise<readonly string[] | 'all' | undefined> {
  const rows = await tx<{ brand: string; change_no: number; source: string; entity: string; entity_id: string }>(sourceChanges.name)
    .where({ brand, source: name })
    .where('change_no', '>', after)
    .where('change_no', '<=', upTo)
    .distinct('entity', 'entity_id');
  if (rows.length === 0) return undefined;
  return rows.some(({ entity }) => entity === EVERYBODY) ? 'all' : rows.map(({ entity_id: id }) => id).sort();
}

/** The next keys of a stream's rows after one of them, in their order. */
export async function keysAfter(tx: Transaction, { table }: Entity, brand: string, after: string): Promise<string[]> {
  return tx<{ brand: string; source_id: string }>(table).where({ brand }).where('source_id', '>', after).orderBy('source_id').limit(PAGE).pluck('source_id');
}

/** The rows of a stream that have one of the values in a column and are not deleted, as texts. */
export async function rowsWith(tx: Transaction, { table, keeping }: Entity, brand: string, column: string, values: readonly string[]): Promise<RawValues[]> {
  const found: RawValues[] = [];
  for (let start = 0; start < values.length; start += PAGE) {
    const query = tx<Record<string, unknown>>(table).where({ brand }).whereIn(column, values.slice(start, start + PAGE)).orderBy('source_id').select('*');
    const rows = await (keeping.deletes ? query.whereNull('deleted_at') : query);
    found.push(...rows.map(texts));
  }
  return found;
}

function texts(row: Readonly<Record<string, unknown>>): RawValues {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null || value === undefined ? null : String(value as string | number)]));
}

/** The time zones of shops, by account. */
export async function shopZones(tx: Transaction, brand: string): Promise<Map<string, string>> {
  const rows = await tx<{ brand: string; account: string; zone: string | null }>('raw_shopify_shop').where({ brand }).whereNotNull('zone').select('account', 'zone');
  return new Map(rows.flatMap(({ account, zone }) => (zone === null ? [] : [[account, zone] as const])));
}

/** Orders of billing that carry one of the references, by reference; one that several carry names none. */
export async function billingOrders(tx: Transaction, brand: string, references: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string | undefined>();
  for (let start = 0; start < references.length; start += PAGE) {
    const rows = await tx<{ brand: string; order_id: string; order_reference: string }>('orders').where({ brand }).whereIn('order_reference', references.slice(start, start + PAGE)).select('order_id', 'order_reference');
    for (const { order_id: id, order_reference: reference } of rows) found.set(reference, found.has(reference) && found.get(reference) !== id ? undefined : id);
  }
  return new Map([...found].flatMap(([reference, id]) => (id === undefined ? [] : [[reference, id] as const])));
}
