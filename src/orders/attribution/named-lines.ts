import { fold } from '../../core/text/text.ts';
import type { CountedInvoice, CountedLine } from '../ledger/counted-ledger.ts';
import { Candidate, type InvoiceCapacity, type LineCapacity } from './capacity.ts';

/** One thing that lines can be of: a SKU, a product, a subscription. Made by the functions of lineKey. */
export type LineKey = string;

/** The keys under which lines are found. */
export const lineKey = {
  sku: (folded: string): LineKey => `sku ${folded}`,
  /** Lines of a product, whatever their SKU. */
  product: (id: string): LineKey => `product ${id}`,
  /** Lines of a product that have no SKU themselves. */
  productWithoutSku: (id: string): LineKey => `product-without-sku ${id}`,
  chain: (id: string): LineKey => `chain ${id}`,
  subscription: (id: string): LineKey => `subscription ${id}`,
};

interface PlacedLine {
  readonly capacity: InvoiceCapacity;
  /** The place of the line in its invoice. */
  readonly place: number;
}

/** The lines of an account by what they are of. */
export class NamedLines {
  readonly #byKey = new Map<LineKey, PlacedLine[]>();
  readonly #invoices: ReadonlyMap<string, CountedInvoice>;

  constructor(invoices: ReadonlyMap<string, CountedInvoice>, capacities: ReadonlyMap<string, InvoiceCapacity>) {
    this.#invoices = invoices;
    for (const [id, invoice] of invoices) {
      const capacity = capacities.get(id);
      if (capacity !== undefined) invoice.lines.forEach((line, place) => this.#add(keysOf(line), { capacity: capacity, place }));
    }
  }

  /** The lines with any of these keys, by invoice, each invoice's in the order of their ids. */
  candidates(keys: readonly LineKey[], currency: string): Candidate[] {
    const places = new Map<InvoiceCapacity, Set<number>>();
    for (const { capacity: capacity, place } of keys.flatMap((key) => this.#byKey.get(key) ?? [])) {
      if (capacity.currency !== currency) continue;
      const known = places.get(capacity);
      if (known === undefined) places.set(capacity, new Set([place]));
      else known.add(place);
    }
    return [...places].map(([capacity, of]) => new Candidate(capacity, linesAt(capacity, of), false));
  }

  /** A whole invoice, the lines with any of these keys first. */
  whole(capacity: InvoiceCapacity, keys: readonly LineKey[]): Candidate {
    const wanted = new Set(keys);
    const lines = this.#invoices.get(capacity.id)?.lines ?? [];
    const first = new Set(wanted.size === 0 ? [] : capacity.lines.filter((_, place) => keysOf(lines[place]).some((key) => wanted.has(key))));
    return new Candidate(capacity, first.size === 0 ? capacity.lines : [...first, ...capacity.lines.filter((line) => !first.has(line))], true);
  }

  #add(keys: readonly LineKey[], placed: PlacedLine): void {
    for (const key of keys) {
      const lines = this.#byKey.get(key);
      if (lines === undefined) this.#byKey.set(key, [placed]);
      else lines.push(placed);
    }
  }
}

function linesAt(capacity: InvoiceCapacity, places: ReadonlySet<number>): LineCapacity[] {
  return [...places].sort((a, b) => a - b).flatMap((place) => capacity.lines[place] ?? []);
}

function keysOf(line: CountedLine | undefined): LineKey[] {
  if (line === undefined) return [];
  const keys: LineKey[] = [];
  const sku = line.sku === null ? '' : fold(line.sku);
  if (sku !== '') keys.push(lineKey.sku(sku));
  if (line.productId !== null) keys.push(lineKey.product(line.productId));
  if (line.productId !== null && sku === '') keys.push(lineKey.productWithoutSku(line.productId));
  if (line.chainId !== null) keys.push(lineKey.chain(line.chainId));
  if (line.subscriptionId !== null) keys.push(lineKey.subscription(line.subscriptionId));
  return keys;
}
