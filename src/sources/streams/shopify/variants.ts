import { currencyAt, decimalAt, instantAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

/** Everything that a shop sells, stated whole by each batch; its cost has no history there. */
export const shopifyVariants = sourceStream({
  platform: 'shopify',
  stream: 'variants',
  description: 'A variant of a product of a Shopify shop, with what it costs the shop. A batch states all of an account.',
  disposition: 'snapshot',
  fields: {
    id: platformId('id', { required: true }),
    product_id: platformId(['product.id', '__parentId']),
    sku: textAt('sku'),
    title: textAt(['displayName', 'title']),
    price: decimalAt('price'),
    inventory_item_id: platformId('inventoryItem.id'),
    unit_cost: decimalAt('inventoryItem.unitCost.amount'),
    cost_currency: currencyAt('inventoryItem.unitCost.currencyCode'),
    created_at: instantAt('createdAt'),
  },
  indexes: ['inventory_item_id'],
});
