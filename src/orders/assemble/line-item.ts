import type { FactOf } from '../facts/facts.ts';
import type { Order } from './build-orders.ts';

/**
 * The id of the item of an order that an invoice line bills: its plan of its chain; a line that names no known plan counts
 * at the chain's first current one. Empty for a line of a chain that the order has not.
 */
export function itemOfLine({ items }: Order, line: FactOf<'invoice_lines'>): string {
  const ofChain = items.filter(({ chain }) => chain.id === line.chain_id);
  const named = ofChain.find(({ planId }) => planId !== null && planId === line.product_rate_plan_id);
  return (named ?? ofChain.find(({ isCurrent }) => isCurrent) ?? ofChain[0])?.itemId ?? '';
}
