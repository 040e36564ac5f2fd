import { slices } from '../../core/slices.ts';
import type { Transaction } from '../../db/database.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { sourceChanges } from '../../raw/store/changes.repository.ts';
import { EVERYBODY } from '../../raw/rows/owner.ts';
import { storedColumns } from '../../raw/rows/table.ts';
import type { RawValues } from '../decide/raw-values.ts';

/** Rows that are read, and values that are asked for, at once: more would outlive the young generation of the heap. */
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

/** Rows of a stream by their keys, some of them deleted. */
export interface RowPage {
  readonly keys: readonly string[];
  /** Those that are not deleted. */
  readonly rows: readonly RawValues[];
}

/** The next rows of a stream after a key, in the order of the keys; undefined if there are none. */
export async function pageAfter(tx: Transaction, entity: Entity, brand: string, after: string): Promise<RowPage | undefined> {
  const found = await tx<RawRow>(entity.table).where({ brand }).where('source_id', '>', after).orderBy('source_id').limit(PAGE).select<RawRow[]>(columnsOf(entity));
  return found.length === 0 ? undefined : { keys: found.map(({ source_id: key }) => key), rows: found.filter((row) => (row['deleted_at'] ?? null) === null).map(texts) };
}

/** The rows of a stream that have one of the values in a column and are not deleted, as texts. */
export async function rowsWith(tx: Transaction, entity: Entity, brand: string, column: string, values: readonly string[]): Promise<RawValues[]> {
  const found: RawValues[] = [];
  for (const some of slices(values, PAGE)) {
    const query = tx<RawRow>(entity.table).where({ brand }).whereIn(column, some).orderBy('source_id').select<RawRow[]>(columnsOf(entity));
    const rows = await (entity.keeping.deletes ? query.whereNull('deleted_at') : query);
    for (const row of rows) found.push(texts(row));
  }
  return found;
}

/** Those of some keys of a stream whose records are deleted. */
export async function deletedAmong(tx: Transaction, entity: Entity, brand: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const found: string[] = [];
  for (const some of slices(keys, PAGE)) found.push(...(await tx<RawRow>(entity.table).where({ brand }).whereIn('source_id', some).whereNotNull('deleted_at').pluck('source_id')));
  return new Set(found);
}

/** The platform's ids of the records with these keys, deleted ones too. */
export async function idsAmong(tx: Transaction, entity: Entity, brand: string, keys: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of slices(keys, PAGE)) found.push(...(await tx<RawRow & { id: string }>(entity.table).where({ brand }).whereIn('source_id', some).whereNotNull('id').pluck('id')));
  return found;
}

type RawRow = Record<string, unknown> & { brand: string; source_id: string };

/** What is derived from, and no more: a record itself may be long. */
function columnsOf(entity: Entity): string[] {
  return ['brand', ...storedColumns(entity).map(({ sql }) => sql), ...(entity.keeping.deletes ? ['deleted_at'] : [])];
}

/** In its place: a new object of so many names would be a hash table, which takes several times as long. */
function texts(row: Record<string, unknown>): RawValues {
  for (const name in row) if (typeof row[name] === 'number') row[name] = String(row[name]);
  return row as RawValues;
}

/** The time zones of shops, by account. */
export async function shopZones(tx: Transaction, brand: string): Promise<Map<string, string>> {
  const rows = await tx<{ brand: string; account: string; zone: string | null }>('raw_shopify_shop').where({ brand }).whereNotNull('zone').select('account', 'zone');
  return new Map(rows.flatMap(({ account, zone }) => (zone === null ? [] : [[account, zone] as const])));
}
