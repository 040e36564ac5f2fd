import type { Instant } from '../../core/time.ts';
import type { Knowledge } from './knowledge.ts';

/**
 * The persons of the hub, as a look-up needs them (serve specification, "Knowledge"): the first 8 bytes of each e-mail's
 * SHA-256 in ascending order, in two halves, and beside each a bit for every brand at which the person is active. Among
 * 1,000,000 persons the chance that two share these bytes is 1 in 37 million.
 */
export interface Snapshot {
  readonly number: number;
  readonly at: Instant;
  /** At most 64; the place of a brand is that of its bit. */
  readonly brands: readonly string[];
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Bits of brands 0 to 31, and 32 to 63. */
  readonly active: Uint32Array;
  readonly activeMore: Uint32Array;
}

export const MOST_BRANDS = 64;

/** Nobody is known. */
export const nothingKnown: Knowledge = { stateOf: () => 'unknown', asOf: undefined };

/** Answers out of a snapshot; a look-up is a binary search. */
export function knowledgeOf(snapshot: Snapshot): Knowledge {
  const places = new Map(snapshot.brands.map((brand, place) => [brand, place]));
  return {
    asOf: { number: snapshot.number, at: snapshot.at },
    stateOf(emailSha256, brand) {
      const row = rowOf(snapshot, Number.parseInt(emailSha256.slice(0, 8), 16), Number.parseInt(emailSha256.slice(8, 16), 16));
      if (row === undefined) return 'unknown';
      const [bits, more] = [snapshot.active[row] ?? 0, snapshot.activeMore[row] ?? 0];
      if (bits === 0 && more === 0) return 'known';
      const place = places.get(brand);
      const isSame = place !== undefined && (((place < 32 ? bits : more) >>> (place % 32)) & 1) === 1;
      return isSame ? 'known_active_same_brand' : 'known_active';
    },
  };
}

function rowOf({ high, low }: Snapshot, wantedHigh: number, wantedLow: number): number | undefined {
  let [from, to] = [0, high.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const difference = (high[middle] ?? 0) - wantedHigh || (low[middle] ?? 0) - wantedLow;
    if (difference === 0) return middle;
    if (difference < 0) from = middle + 1;
    else to = middle;
  }
  return undefined;
}
