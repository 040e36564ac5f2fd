import { instantAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

/** How much lies where, stated whole by each batch. */
export const shopifyStock = sourceStream({
  platform: 'shopify',
  stream: 'stock',
  description: 'What a location of a Shopify shop has of an item. A batch states all of an account.',
  disposition: 'snapshot',
  fields: {
    id: platformId('id', { required: true }),
    inventory_item_id: platformId(['item.id', 'inventoryItem.id', '__parentId']),
    sku: textAt(['item.sku', 'inventoryItem.sku']),
    location_id: platformId('location.id', { required: true }),
    location: textAt('location.name'),
    quantities: textAt('quantities', { note: 'JSON list of names and quantities, as Shopify gives it.' }),
    updated_at: instantAt('updatedAt'),
  },
});
