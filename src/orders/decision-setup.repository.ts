import type { Knex } from 'knex';

import type { Database } from '../db/database.ts';
import { productNames, type ProductNames } from './attribution/product-names.ts';
import type { DecisionSetup } from './decide-person.ts';
import type { ProductFact } from './facts/facts.ts';
import { readProducts } from './facts/facts.repository.ts';
import { publicIds } from './ids/ids.ts';

/** What decides beside the facts: the catalogs of all brands, the key of ids that leave the hub, and the configuration. */
export async function readDecisionSetup(
  database: Database,
  knex: Knex,
  { brands, idKey, spill }: { readonly brands: readonly string[]; readonly idKey: string; readonly spill: DecisionSetup['spill'] },
): Promise<DecisionSetup> {
  const catalogs = new Map<string, ReadonlyMap<string, ProductFact>>();
  const names = new Map<string, ProductNames>();
  for (const brand of brands) {
    const products = await readProducts(database, knex, brand);
    catalogs.set(brand, new Map(products.map((product) => [product.productChargeId, product])));
    names.set(brand, productNames(products.map(({ productId, name, sku }) => ({ productId, productName: name, sku }))));
  }
  return { catalogs, products: names, ids: publicIds(idKey), spill };
}
