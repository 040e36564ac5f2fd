import { compareText } from '../../core/compare.ts';
import type { AnyReason, Reason } from './reasons.ts';

/** Something that is counted, and where. */
export interface Element {
  readonly brand: string;
  readonly market: string | null;
  /** By which people find it: of a subscription version, a subscription, a person. No personal data. */
  readonly id: string;
}

/** What is counted on the two sides of a bridge. */
export interface BridgeSpec {
  readonly name: string;
  /** The measure that the bridge starts from, and the one that it leads to. */
  readonly from: string;
  readonly to: string;
}

/** The counts of a bridge in one brand and market. */
export interface BridgeCounts {
  readonly brand: string;
  readonly market: string | null;
  from: number;
  to: number;
  /** Elements that only the left side counts, by reason; they are taken off. */
  readonly removed: Map<Reason, number>;
  /** Elements that only the right side counts, by reason; they are added. */
  readonly added: Map<Reason, number>;
}

/** An element that only one side counts; of the money a record, of MRR a subscription, that one side counts otherwise. */
export interface Listed extends Element {
  readonly bridge: string;
  readonly reason: AnyReason;
  readonly change: 'removed' | 'added' | 'changed' | 'missing';
  /** Of money, in minor units of the currency: how much more hub has. */
  readonly amount?: number;
  readonly currency?: string;
}

const MOST_SAMPLES = 100;

/**
 * Compares two sets, element by element. Whatever the reasons, from − removed + added = to: an element is counted on the
 * sides that have it, and in one reason if they differ.
 */
export class Bridge {
  readonly spec: BridgeSpec;
  readonly #wanted: (reason: Reason) => boolean;
  readonly #counts = new Map<string, BridgeCounts>();
  readonly listed: Listed[] = [];

  /** @param wanted the reasons whose elements are listed; some of the unexplained ones always are */
  constructor(spec: BridgeSpec, wanted: (reason: Reason) => boolean) {
    this.spec = spec;
    this.#wanted = wanted;
  }

  /** An element that both sides count. */
  both(element: Element): void {
    const counts = this.#of(element);
    counts.from++;
    counts.to++;
  }

  /** An element that the left side counts and the right one does not. */
  leftOnly(element: Element, reason: Reason): void {
    const counts = this.#of(element);
    counts.from++;
    counts.removed.set(reason, (counts.removed.get(reason) ?? 0) + 1);
    this.#list(element, reason, 'removed');
  }

  /** An element that the right side counts and the left one does not. */
  rightOnly(element: Element, reason: Reason): void {
    const counts = this.#of(element);
    counts.to++;
    counts.added.set(reason, (counts.added.get(reason) ?? 0) + 1);
    this.#list(element, reason, 'added');
  }

  /** By brand and market. */
  get counts(): BridgeCounts[] {
    return [...this.#counts.values()].sort((a, b) => compareText(a.brand, b.brand) || compareText(a.market ?? '', b.market ?? ''));
  }

  #of({ brand, market }: Element): BridgeCounts {
    const key = `${brand}\t${market ?? ''}`;
    let counts = this.#counts.get(key);
    if (counts === undefined) this.#counts.set(key, (counts = { brand, market, from: 0, to: 0, removed: new Map(), added: new Map() }));
    return counts;
  }

  #list({ brand, market, id }: Element, reason: Reason, change: Listed['change']): void {
    const isSample = reason === 'unexplained' && this.listed.length < MOST_SAMPLES;
    if (isSample || this.#wanted(reason)) this.listed.push({ bridge: this.spec.name, brand, market, id, reason, change });
  }
}

/** The sum of counts over brands and markets. */
export function sumOf(counts: readonly BridgeCounts[]): Omit<BridgeCounts, 'brand' | 'market'> {
  const sum = { from: 0, to: 0, removed: new Map<Reason, number>(), added: new Map<Reason, number>() };
  for (const each of counts) {
    sum.from += each.from;
    sum.to += each.to;
    for (const side of ['removed', 'added'] as const) {
      for (const [reason, count] of each[side]) sum[side].set(reason, (sum[side].get(reason) ?? 0) + count);
    }
  }
  return sum;
}
