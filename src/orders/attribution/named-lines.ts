import { fold } from '../../core/text/text.ts';
import type { CountedInvoice, CountedLine } from '../ledger/counted-ledger.ts';
import { Candidate, type InvoiceRoom, type LineRoom } from './capacity.ts';

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
  readonly room: InvoiceRoom;
  /** The place of the line in its invoice. */
  readonly place: number;
}

/** The lines of an account by what they are of. */
export class NamedLines {
  readonly #byKey = new Map<LineKey, PlacedLine[]>();
  readonly #invoices: ReadonlyMap<string, CountedInvoice>;

  constructor(invoices: ReadonlyMap<string, CountedInvoice>, rooms: ReadonlyMap<string, InvoiceRoom>) {
    this.#invoices = invoices;
    for (const [id, invoice] of invoices) {
      const room = rooms.get(id);
      if (room !== undefined) invoice.lines.forEach((line, place) => this.#add(keysOf(line), { room, place }));
    }
  }

  /** The lines with any of these keys, by invoice, each invoice's in the order of their ids. */
  candidates(keys: readonly LineKey[], currency: string): Candidate[] {
    const places = new Map<InvoiceRoom, Set<number>>();
    for (const { room, place } of keys.flatMap((key) => this.#byKey.get(key) ?? [])) {
      if (room.currency !== currency) continue;
      const known = places.get(room);
      if (known === undefined) places.set(room, new Set([place]));
      else known.add(place);
    }
    return [...places].map(([room, of]) => new Candidate(room, linesAt(room, of), false));
  }

  /** A whole invoice, the lines with any of these keys first. */
  whole(room: InvoiceRoom, keys: readonly LineKey[]): Candidate {
    const wanted = new Set(keys);
    const lines = this.#invoices.get(room.id)?.lines ?? [];
    const first = new Set(wanted.size === 0 ? [] : room.lines.filter((_, place) => keysOf(lines[place]).some((key) => wanted.has(key))));
    return new Candidate(room, first.size === 0 ? room.lines : [...first, ...room.lines.filter((line) => !first.has(line))], true);
  }

  #add(keys: readonly LineKey[], placed: PlacedLine): void {
    for (const key of keys) {
      const lines = this.#byKey.get(key);
      if (lines === undefined) this.#byKey.set(key, [placed]);
      else lines.push(placed);
    }
  }
}

function linesAt(room: InvoiceRoom, places: ReadonlySet<number>): LineRoom[] {
  return [...places].sort((a, b) => a - b).flatMap((place) => room.lines[place] ?? []);
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
