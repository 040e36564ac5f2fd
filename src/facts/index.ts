import { adBudget } from '../sources/ads/ad-budget.ts';
import { adPerformance } from '../sources/ads/ad-performance.ts';
import type { Entity } from '../sources/contract/contract.ts';
import { productCost } from '../sources/inventory/product-cost.ts';
import { shippingCost } from '../sources/inventory/shipping-cost.ts';
import { stockLevel } from '../sources/inventory/stock-level.ts';
import type { RowFacts } from '../raw/store/raw-target.ts';
import { adDayNotes } from './ads/ad-changes.repository.ts';
import { adSources, streamsOf } from './ads/ad-sources.ts';
import { factTables } from './fact-tables.ts';
import { newestStock } from './newest-stock.repository.ts';
import { adBudgetOf, adPerformanceOf, productCostOf, shippingCostOf } from './row-facts.ts';
import { rowFacts } from './row-writer.ts';
import { observedCosts } from './observed-costs.repository.ts';
import { shopStockOf } from './shop-goods.ts';
import { webSessionOf } from './web-sessions.ts';
import { ga4ChannelDay } from '../sources/streams/ga4/channel-day.ts';
import { shopifyStock } from '../sources/streams/shopify/stock.ts';
import { shopifyVariants } from '../sources/streams/shopify/variants.ts';

/** What is made of the rows of an entity in the transaction that stores them. */
const FACTS: ReadonlyMap<Entity, RowFacts> = new Map([
  [adPerformance, rowFacts(factTables.adPerformance, adPerformanceOf, 'date')],
  [adBudget, rowFacts(factTables.adBudgets, adBudgetOf, 'month')],
  [productCost, rowFacts(factTables.productCosts, productCostOf, 'valid_from')],
  [stockLevel, newestStock],
  [shippingCost, rowFacts(factTables.shippingCosts, shippingCostOf)],
  [shopifyVariants, observedCosts],
  [shopifyStock, rowFacts(factTables.stockLevels, shopStockOf)],
  [ga4ChannelDay, rowFacts(factTables.webSessions, webSessionOf, null)],
  ...adSources.flatMap((source) => [...streamsOf(source)].map((stream) => [stream, adDayNotes(source, stream)] as const)),
]);

/** The facts of an entity; undefined if it has none. */
export function factsOf(entity: Entity): RowFacts | undefined {
  return FACTS.get(entity);
}
