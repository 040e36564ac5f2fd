import { fold, tokens } from '../../core/text.ts';

/** A product of the catalog (enriched_products). */
export interface CatalogProduct {
  readonly productId: string | null;
  readonly productName: string | null;
  readonly sku: string | null;
}

/** What a text names: lines of these SKUs or products are its lines. */
export interface NamedProducts {
  /** Folded, sorted. */
  readonly skus: readonly string[];
  /** Sorted. */
  readonly productIds: readonly string[];
}

/** What the products of a brand are called. */
export interface ProductNames {
  /** The product with this SKU, which need not be in the catalog. */
  withSku(sku: string): NamedProducts;
  /** The products that a text names: by SKU, else by name; undefined if it names none. */
  namedIn(text: string): NamedProducts | undefined;
}

interface Term {
  readonly words: readonly string[];
  readonly skus: Set<string>;
  readonly productIds: Set<string>;
}

/** A shorter one is not looked for in free text: `à` would be SKU A. */
const SHORTEST_TERM = 3;

/**
 * The SKUs and product names of a brand's catalog, found in free text on token boundaries whatever their case, accents
 * and separators (orders and refunds, "Refund attribution", step 4). Where one name holds another, the longer counts.
 */
export function productNames(catalog: Iterable<CatalogProduct>): ProductNames {
  const bySku = new Map<string, Term>();
  const byName = new Map<string, Term>();
  for (const product of catalog) {
    const sku = product.sku === null ? null : fold(product.sku);
    if (sku !== null && sku !== '') note(bySku, sku, sku, product.productId);
    if (product.productName !== null) note(byName, fold(product.productName), sku, product.productId);
  }
  const skus = index(bySku.values());
  const names = index(byName.values());
  return {
    withSku: (sku) => named([bySku.get(fold(sku)) ?? { words: [], skus: new Set([fold(sku)]), productIds: new Set() }]),
    namedIn(text) {
      const words = tokens(text);
      const bySkus = find(words, skus);
      const found = bySkus.length > 0 ? bySkus : find(words, names);
      return found.length > 0 ? named(found) : undefined;
    },
  };
}

function note(terms: Map<string, Term>, text: string, sku: string | null, productId: string | null): void {
  let term = terms.get(text);
  if (term === undefined) terms.set(text, (term = { words: tokens(text), skus: new Set(), productIds: new Set() }));
  if (sku !== null && sku !== '') term.skus.add(sku);
  if (productId !== null) term.productIds.add(productId);
}

/** The terms by their first word, the longest first. */
function index(terms: Iterable<Term>): Map<string, Term[]> {
  const byFirst = new Map<string, Term[]>();
  for (const term of terms) {
    const [first] = term.words;
    if (first === undefined || term.words.join('').length < SHORTEST_TERM) continue;
    const group = byFirst.get(first);
    if (group === undefined) byFirst.set(first, [term]);
    else group.push(term);
  }
  for (const group of byFirst.values()) group.sort((a, b) => b.words.length - a.words.length);
  return byFirst;
}

function find(words: readonly string[], terms: ReadonlyMap<string, readonly Term[]>): Term[] {
  const found: Term[] = [];
  for (let at = 0; at < words.length; ) {
    const term = terms.get(words[at] ?? '')?.find((candidate) => candidate.words.every((word, i) => words[at + i] === word));
    if (term !== undefined) found.push(term);
    at += term?.words.length ?? 1;
  }
  return found;
}

function named(terms: readonly Term[]): NamedProducts {
  return {
    skus: [...new Set(terms.flatMap((term) => [...term.skus]))].sort(),
    productIds: [...new Set(terms.flatMap((term) => [...term.productIds]))].sort(),
  };
}
