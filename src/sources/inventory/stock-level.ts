import { column, date, decimal, integer, required } from '../contract/contract.ts';
import { feedEntity } from '../contract/feed-entity.ts';

/** Inventory: what lies in a warehouse on a day. */
export const stockLevel = feedEntity({
  feed: 'inventory',
  name: 'stock_level',
  table: 'raw_stock_levels',
  description: 'How many units of a product lie at a location at the end of a day.',
  key: ['SKU', 'Location', 'Date'],
  indexes: [['brand', 'sku', 'location']],
  fields: {
    SKU: column('id', { ...required, foreign: 64 }),
    Location: column('id', { foreign: 64, note: 'Empty where there is one only.' }),
    Date: date(required),
    OnHand: decimal(required),
    Reserved: decimal({ note: 'Sold and not shipped yet.' }),
    Incoming: decimal(),
    IncomingDate: date(),
    ReorderPoint: decimal({ note: 'At or below it more is to be ordered.' }),
    LeadTimeDays: integer({ note: 'From order to arrival.' }),
  },
});
