import { HubError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { MOST_BRANDS, type Snapshot } from './snapshot.ts';

/** What a snapshot is made of. */
export interface KnownPersons {
  readonly number: number;
  readonly at: Instant;
  readonly brands: readonly string[];
  /** By the e-mail's SHA-256 in hex: the brands at which the person is active. */
  readonly persons: ReadonlyMap<string, readonly string[]>;
}

/**
 * Sorts persons for look-ups. Of two that share their first 8 bytes the bits are joined.
 * @throws HubError configuration `too_many_brands`
 */
export function snapshotOf({ number, at, brands, persons }: KnownPersons): Snapshot {
  if (brands.length > MOST_BRANDS) throw tooManyBrands(brands.length);
  const places = new Map(brands.map((brand, place) => [brand, place]));
  const keys = BigUint64Array.from([...new Set([...persons.keys()].map(keyOf))]).sort();
  const rows = new Map([...keys].map((key, row) => [key, row]));
  const snapshot = emptySnapshot({ number, at, brands }, keys.length);
  keys.forEach((key, row) => {
    snapshot.high[row] = Number(key >> 32n);
    snapshot.low[row] = Number(key & 0xffff_ffffn);
  });
  for (const [hash, active] of persons) {
    const row = rows.get(keyOf(hash)) ?? 0;
    for (const place of active.flatMap((brand) => places.get(brand) ?? [])) {
      const bits = place < 32 ? snapshot.active : snapshot.activeMore;
      bits[row] = (bits[row] ?? 0) | (1 << (place % 32));
    }
  }
  return snapshot;
}

function emptySnapshot(head: Pick<Snapshot, 'number' | 'at' | 'brands'>, persons: number): Snapshot {
  return { ...head, high: new Uint32Array(persons), low: new Uint32Array(persons), active: new Uint32Array(persons), activeMore: new Uint32Array(persons) };
}

function keyOf(hash: string): bigint {
  return BigInt(`0x${hash.slice(0, 16)}`);
}

function tooManyBrands(count: number): HubError {
  return new HubError('configuration', 'too_many_brands', `The snapshot of the server holds ${MOST_BRANDS} brands, not ${count}.`, { nextStep: 'Run a server for each part of the brands.' });
}
