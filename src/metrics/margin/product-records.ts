import { rounded } from '../../core/rounded.ts';
import { metricProducts, type ProductRecord } from '../records/marketing-tables.ts';
import type { GoodsFacts } from './read-goods.repository.ts';
import { productMargins, type MarginFact, type UnitCosts } from './product-margin.ts';

const PLACES = 9;

/** The products of a month, and what came with them as one row without a product: of that no cost is asked. */
export function productRecords(brand: string, month: string, { bought, alongside }: GoodsFacts, costs: UnitCosts): ProductRecord[] {
  const products = productMargins(bought, costs).map(({ sku, currency, quantity, netSales, coveredSales, cost, fulfilment, paymentFees, margin }) =>
    metricProducts.rowOf({
      ...{ brand, month, sku, currency, quantity: trimmed(rounded(quantity, PLACES)), net_sales: netSales, covered_sales: coveredSales, cost, fulfilment },
      ...{ payment_fees: paymentFees, margin },
    }),
  );
  return [...products, ...alongsideRecords(brand, month, alongside)];
}

function alongsideRecords(brand: string, month: string, facts: readonly MarginFact[]): ProductRecord[] {
  const currencies = [...new Set(facts.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const own = facts.filter((fact) => fact.currency === currency);
    const net = own.reduce((sum, { amount }) => sum + amount, 0);
    const fees = own.reduce((sum, { kind, paymentFee }) => sum + (kind === 'sale' ? (paymentFee ?? 0) : 0), 0);
    return metricProducts.rowOf({ brand, month, sku: '', currency, quantity: '0', net_sales: net, covered_sales: net, cost: 0, fulfilment: 0, payment_fees: fees, margin: net - fees });
  });
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, '');
}
