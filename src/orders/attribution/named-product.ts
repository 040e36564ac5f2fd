import { groupBy } from '../../core/group-by.ts';
import type { CountedRefund } from '../ledger/counted-ledger.ts';
import type { SubscriptionName } from '../ledger/ledger.ts';
import { lineKey, type LineKey } from './named-lines.ts';
import type { ProductNames } from './product-names.ts';
import { Terms } from './terms.ts';

/**
 * The lines of the product that a refund names: in its SKU field, else a SKU or product name in Comment or ReasonCode,
 * else the number of one of the account's subscriptions there. None if it names none.
 */
export function namedProduct(products: ProductNames, subscriptions: readonly SubscriptionName[]): (refund: CountedRefund) => readonly LineKey[] {
  const byName = groupBy(subscriptions, ({ name }) => name ?? '');
  const numbers = new Terms([...byName].map(([name, versions]) => [name, versions.flatMap(keysOf)]));
  return (refund) => {
    if (refund.sku !== null && refund.sku.trim() !== '') return products.withSku(refund.sku);
    const texts = [refund.comment ?? '', refund.reasonCode ?? ''];
    const named = distinct(texts.flatMap((text) => products.namedIn(text)));
    return named.length > 0 ? named : distinct(texts.flatMap((text) => numbers.find(text).flat()));
  };
}

/** A subscription's lines, of whatever version, go by its chain. */
function keysOf({ id, chainId }: SubscriptionName): LineKey[] {
  return [lineKey.subscription(id), ...(chainId === null ? [] : [lineKey.chain(chainId)])];
}

function distinct(keys: readonly LineKey[]): LineKey[] {
  return [...new Set(keys)].sort();
}
