import type { Transaction } from '../../db/database.ts';
import type { Dialect, Fragment } from '../../db/dialect.ts';

/** Rows of a table in the order of a key: where a walk over them begins and ends. */
export interface Walk {
  readonly table: string;
  /** Columns of an index, in its order, that are unique within `within`. */
  readonly keys: readonly string[];
  /** Which rows are walked over: a condition that the same index answers. */
  readonly within: Fragment;
}

/** The values of the keys of a row. */
export type Place = readonly (string | number)[];

/** The rows after one place, or from the first on, up to another. */
export interface Window {
  readonly after: Place | undefined;
  readonly upTo: Place;
}

export const everywhere: Fragment = { sql: '1 = 1', values: [] };

/** The next rows of a walk, at most so many; undefined at its end. */
export async function nextWindow(dialect: Dialect, tx: Transaction, walk: Walk, after: Place | undefined, rows: number): Promise<Window | undefined> {
  const rest = both(walk.within, after === undefined ? everywhere : beyond(walk.keys, after));
  const keys = walk.keys.join(', ');
  const found = await dialect.selectRows(tx, `select ${keys} from ${walk.table} where ${rest.sql} order by ${keys} limit ${rows}`, rest.values);
  const last = found.at(-1);
  return last === undefined ? undefined : { after, upTo: last as Place };
}

/** The condition that a row of the walk lies in the window. */
export function inWindow({ keys, within }: Walk, { after, upTo }: Window): Fragment {
  const begin = after === undefined ? everywhere : beyond(keys, after);
  return both(within, both(begin, upToPlace(keys, upTo)));
}

export function both(a: Fragment, b: Fragment): Fragment {
  return { sql: `${a.sql} and ${b.sql}`, values: [...a.values, ...b.values] };
}

/**
 * Rows that come after a place. Written with a bound of the first column in front of everything else: both databases
 * then find the beginning by the index, which neither does for the form with `or` alone.
 */
function beyond(keys: readonly string[], place: Place): Fragment {
  return { sql: `${keys[0] ?? ''} >= ? and ${ordered(keys, '>', '>')}`, values: [place[0] ?? '', ...repeated(place)] };
}

function upToPlace(keys: readonly string[], place: Place): Fragment {
  return { sql: `${keys[0] ?? ''} <= ? and ${ordered(keys, '<', '<=')}`, values: [place[0] ?? '', ...repeated(place)] };
}

/** `(a > ? or (a = ? and (b > ? or …)))`; the last column is compared with `last`. */
function ordered([key = '', ...others]: readonly string[], comparison: string, last: string): string {
  return others.length === 0 ? `${key} ${last} ?` : `(${key} ${comparison} ? or (${key} = ? and ${ordered(others, comparison, last)}))`;
}

/** The values as `ordered` takes them: each twice but the last. */
function repeated(place: Place): Place {
  return place.flatMap((value, index) => (index === place.length - 1 ? [value] : [value, value]));
}
