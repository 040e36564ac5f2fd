import { column, currency, date, decimal, required } from '../contract/contract.ts';
import { feedEntity } from '../contract/feed-entity.ts';

/** Inventory: what the carrier charged for an order. */
export const shippingCost = feedEntity({
  feed: 'inventory',
  name: 'shipping_cost',
  table: 'raw_shipping_costs',
  description: 'What shipping an order cost; it takes the place of the FulfilmentCost of its lines.',
  key: ['OrderId', 'Currency'],
  fields: {
    OrderId: column('id', { ...required, foreign: 64, note: 'The reference of the order, or its public id.' }),
    Currency: currency(required),
    Cost: decimal(required),
    ShippedAt: date(),
  },
});
