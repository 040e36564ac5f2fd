import { HubError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { MOST_BRANDS, type Snapshot } from './snapshot.ts';

/** Collects persons in any order, as often as they come, in 16 bytes each. */
export interface SnapshotBuilder {
  /**
   * @param emailSha256 hex digits, of which the first 16 count
   * @param activeAt a brand at which the person is active
   */
  add(emailSha256: string, activeAt?: string): void;
  /** Sorts what was collected; of entries with the same first 8 bytes the bits are joined. */
  finish(number: number, at: Instant): Snapshot;
}

const FIRST_CAPACITY = 1 << 16;
const COLUMNS = 4;

/**
 * Makes the snapshot of brands.
 * @throws HubError configuration `too_many_brands`
 */
export function snapshotBuilder(brands: readonly string[]): SnapshotBuilder {
  if (brands.length > MOST_BRANDS) throw tooManyBrands(brands.length);
  const places = new Map(brands.map((brand, place) => [brand, place]));
  // Entries one after the other: high, low, bits, more bits.
  let entries = new Uint32Array(FIRST_CAPACITY * COLUMNS);
  let count = 0;
  return {
    add(emailSha256, activeAt) {
      if ((count + 1) * COLUMNS > entries.length) entries = grown(entries);
      const place = activeAt === undefined ? undefined : places.get(activeAt);
      const at = count++ * COLUMNS;
      entries[at] = Number.parseInt(emailSha256.slice(0, 8), 16);
      entries[at + 1] = Number.parseInt(emailSha256.slice(8, 16), 16);
      if (place !== undefined) entries[at + (place < 32 ? 2 : 3)] = 1 << (place % 32);
    },
    finish: (number, at) => ({ number, at, brands, ...columnsOf(entries, sortedRows(entries, count)) }),
  };
}

function grown(entries: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(entries.length * 2);
  larger.set(entries);
  return larger;
}

function sortedRows(entries: Uint32Array, count: number): Uint32Array {
  const part = (row: number, column: number): number => entries[row * COLUMNS + column] ?? 0;
  return Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => part(a, 0) - part(b, 0) || part(a, 1) - part(b, 1));
}

function columnsOf(entries: Uint32Array, rows: Uint32Array): Pick<Snapshot, 'high' | 'low' | 'active' | 'activeMore'> {
  const [high, low, active, activeMore] = Array.from({ length: COLUMNS }, () => new Uint32Array(rows.length)) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let last = -1;
  for (const row of rows) {
    const [first = 0, second = 0, bits = 0, more = 0] = entries.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    if (last < 0 || high[last] !== first || low[last] !== second) {
      last++;
      high[last] = first;
      low[last] = second;
    }
    active[last] = (active[last] ?? 0) | bits;
    activeMore[last] = (activeMore[last] ?? 0) | more;
  }
  const length = last + 1;
  return { high: high.slice(0, length), low: low.slice(0, length), active: active.slice(0, length), activeMore: activeMore.slice(0, length) };
}

function tooManyBrands(count: number): HubError {
  return new HubError('configuration', 'too_many_brands', `The snapshot of the server holds ${MOST_BRANDS} brands, not ${count}.`, { nextStep: 'Run a server for each part of the brands.' });
}
