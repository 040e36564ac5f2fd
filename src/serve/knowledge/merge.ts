import type { PersonChanges } from './persons.repository.ts';
import type { Snapshot } from './snapshot.ts';

const COLUMNS = ['high', 'low', 'active', 'activeMore'] as const;

/**
 * A snapshot with what has changed since: both are walked in their order once. A person with whom somebody who has changed
 * shares the first 8 bytes of the hash is forgotten with them, until everybody is read again.
 */
export function withChanges(base: Snapshot, { personIds, now }: PersonChanges): Snapshot {
  const gone = new Set(personIds.map((id) => id.slice(0, 16)));
  const length = base.high.length + now.high.length;
  const merged = { high: new Uint32Array(length), low: new Uint32Array(length), active: new Uint32Array(length), activeMore: new Uint32Array(length) };
  // Of all persons few have changed: most are told apart by their first half.
  const highs = new Set([...gone].map((key) => Number.parseInt(key.slice(0, 8), 16)));
  const isGone = (row: number): boolean => highs.has(base.high[row] ?? 0) && gone.has(hex(base.high[row] ?? 0) + hex(base.low[row] ?? 0));
  let [from, added, last] = [0, 0, 0];
  while (from < base.high.length || added < now.high.length) {
    if (from < base.high.length && isGone(from)) from++;
    else if (added >= now.high.length || (from < base.high.length && isBefore(base, from, now, added))) copy(merged, last++, base, from++);
    else copy(merged, last++, now, added++);
  }
  const cut = Object.fromEntries(COLUMNS.map((name) => [name, merged[name].slice(0, last)])) as Pick<Snapshot, (typeof COLUMNS)[number]>;
  return { number: now.number, at: now.at, brands: now.brands, ...cut };
}

function isBefore(one: Snapshot, row: number, other: Snapshot, place: number): boolean {
  const [high, low] = [one.high[row] ?? 0, one.low[row] ?? 0];
  const [otherHigh, otherLow] = [other.high[place] ?? 0, other.low[place] ?? 0];
  return high < otherHigh || (high === otherHigh && low < otherLow);
}

function copy(to: Pick<Snapshot, (typeof COLUMNS)[number]>, place: number, from: Snapshot, row: number): void {
  for (const name of COLUMNS) to[name][place] = from[name][row] ?? 0;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}
