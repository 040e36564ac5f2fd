import { column, currency, date, decimal, required } from '../contract/contract.ts';
import { feedEntity } from '../contract/feed-entity.ts';

/** Inventory: what a unit of a product costs from a day on. */
export const productCost = feedEntity({
  feed: 'inventory',
  name: 'product_cost',
  table: 'raw_product_costs',
  description: 'What a unit costs, valid until the next ValidFrom of its SKU and currency.',
  key: ['SKU', 'Currency', 'ValidFrom'],
  fields: {
    SKU: column('id', { ...required, foreign: 64 }),
    Currency: currency(required),
    ValidFrom: date(required),
    UnitCost: decimal({ ...required, note: 'Landed cost of a unit.' }),
    FulfilmentCost: decimal({ note: 'To pick, pack and ship a unit.' }),
  },
});
