import { fold } from '../../core/text/text.ts';
import { lineKey, type LineKey } from './named-lines.ts';
import { Terms } from './terms.ts';

/** A product of the catalog (enriched_products; several charges of a product may repeat it). */
export interface CatalogProduct {
  readonly productId: string | null;
  readonly productName: string | null;
  readonly sku: string | null;
}

/** What the products of a brand are called. */
export interface ProductNames {
  /** The lines of a SKU, which need not be in the catalog. */
  withSku(sku: string): LineKey[];
  /** The lines of the products that a text names, by SKU, else by name; none if it names none. */
  namedIn(text: string): LineKey[];
}

/**
 * The SKUs and product names of a brand's catalog (orders and refunds, "Refund attribution", step 4). A product that is
 * billed without a SKU is known by its id. A text that names several products means all of them.
 */
export function productNames(catalog: Iterable<CatalogProduct>): ProductNames {
  const bySku = new Map<string, Set<LineKey>>();
  const byName = new Map<string, Set<LineKey>>();
  for (const { productId, productName, sku } of catalog) {
    const folded = sku === null ? '' : fold(sku);
    const keys: LineKey[] = folded === '' ? [] : [lineKey.sku(folded)];
    if (productId !== null) keys.push(folded === '' ? lineKey.product(productId) : lineKey.productWithoutSku(productId));
    if (folded !== '') note(bySku, folded, keys);
    if (productName !== null) note(byName, fold(productName), keys);
  }
  const skus = new Terms([...bySku]);
  const names = new Terms([...byName]);
  return {
    withSku: (sku) => sorted([new Set([lineKey.sku(fold(sku))]), bySku.get(fold(sku)) ?? new Set()]),
    namedIn(text) {
      const found = skus.find(text);
      return sorted(found.length > 0 ? found : names.find(text));
    },
  };
}

function note(terms: Map<string, Set<LineKey>>, text: string, keys: readonly LineKey[]): void {
  const known = terms.get(text);
  if (known === undefined) terms.set(text, new Set(keys));
  else for (const key of keys) known.add(key);
}

function sorted(sets: readonly ReadonlySet<LineKey>[]): LineKey[] {
  return [...new Set(sets.flatMap((keys) => [...keys]))].sort();
}
