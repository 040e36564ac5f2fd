import type { Stream } from '../../api/platform.ts';
import { bulkOperation, typeOf } from './bulk-operation.ts';
import { bulkText, type Connection } from './graphql.ts';

const variantConnection: Connection = {
  name: 'productVariants',
  first: 100,
  fields: 'id sku title createdAt updatedAt price product { id } inventoryItem { id tracked unitCost { amount currencyCode } }',
};

/** What can be bought, with what it costs today: Shopify keeps no history of costs, so each run is a snapshot. */
export const variants: Stream = {
  name: 'variants',
  summary: 'what can be bought, with its cost as of now',
  disposition: 'snapshot',
  key: ['id'],
  fields: [
    { path: 'id', kind: 'text', required: true },
    { path: 'sku', kind: 'text' },
    { path: 'title', kind: 'text' },
    { path: 'createdAt', kind: 'instant' },
    { path: 'updatedAt', kind: 'instant' },
    { path: 'price', kind: 'decimal' },
    { path: 'product.id', kind: 'text' },
    { path: 'inventoryItem.id', kind: 'text' },
    { path: 'inventoryItem.tracked', kind: 'boolean' },
    { path: 'inventoryItem.unitCost.amount', kind: 'decimal', money: 'decimal', currency: 'inventoryItem.unitCost.currencyCode' },
    { path: 'inventoryItem.unitCost.currencyCode', kind: 'text' },
  ],
  ignored: [],
  deletions: 'replace',
  extraction: { fetch: () => bulkOperation(bulkText(variantConnection)) },
};

const stockConnection: Connection = {
  name: 'inventoryItems',
  first: 100,
  fields: 'id',
  connections: [
    {
      name: 'inventoryLevels',
      first: 50,
      fields: 'id updatedAt item { id sku } location { id name } quantities(names: ["available", "on_hand"]) { name quantity }',
    },
  ],
};

/** How much of an item is at a location. */
export const stock: Stream = {
  name: 'stock',
  summary: 'how much of an item is at a location, as of now',
  disposition: 'snapshot',
  key: ['id'],
  fields: [
    { path: 'id', kind: 'text', required: true },
    { path: 'updatedAt', kind: 'instant' },
    { path: 'item.id', kind: 'text', required: true },
    { path: 'item.sku', kind: 'text' },
    { path: 'location.id', kind: 'text', required: true },
    { path: 'location.name', kind: 'text' },
    { path: 'quantities', kind: 'json', required: true },
  ],
  ignored: ['__parentId'],
  deletions: 'replace',
  extraction: { fetch: () => bulkOperation(bulkText(stockConnection), (record) => (typeOf(record) === 'InventoryLevel' ? 'stock' : null)) },
};
