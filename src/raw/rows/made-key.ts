import { sha256Hex } from '../../core/hash.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { storedColumns } from './table.ts';

const KEY_LENGTH = 32;

/** Fills in what a row's values tell of it: its key, its slice. Undefined if a value is missing that they need. */
export type RowCompletion = (row: (string | null)[]) => boolean;

/**
 * What completes rows whose key the export does not have, or that belong to a slice; undefined if nothing is to be filled in.
 * Source: metrics specification, "Feeds `ads` and `inventory`".
 */
export function keyCompletion(entity: Entity): RowCompletion | undefined {
  const columns = storedColumns(entity);
  const at = (name: string): number => columns.findIndex(({ sql }) => sql === name);
  const key = entity.keyOf?.map(at);
  const needed = (key ?? []).filter((index) => columns[index]?.required === true);
  const slice = entity.keeping.slice;
  if (key === undefined && slice === undefined) return undefined;
  const account = slice?.account.map(at) ?? [];
  const day = slice?.day === undefined ? -1 : at(slice.day);
  const sliceAt = at('slice_id');
  return (row) => {
    if (needed.some((index) => row[index] === null)) return false;
    if (key !== undefined) row[0] = madeKey(key.map((index) => row[index] ?? null));
    if (sliceAt >= 0) row[sliceAt] = sliceIdOf(account.map((index) => row[index] ?? ''), day < 0 ? null : (row[day] ?? null));
    return true;
  };
}

/** The first 32 hex digits of the SHA-256 of canonical values, joined by tabs. An empty value is an empty text. */
export function madeKey(values: readonly (string | null)[]): string {
  return sha256Hex(values.map((value) => value ?? '').join('\t')).slice(0, KEY_LENGTH);
}

/**
 * The id of a slice: all rows of an account, on a day of it if it has days.
 * @param account the values that name the account
 * @param day YYYY-MM-DD; null for the whole account
 */
export function sliceIdOf(account: readonly string[], day: string | null): string {
  return madeKey([...account, day]);
}
