import { expect, test } from '@jest/globals';

import type { BatchId } from '../../src/core/time.ts';
import { observedCost, shopStockOf, type KnownCost } from '../../src/facts/shop-goods.ts';

const BATCH = '20261122T100000Z' as BatchId;
const ROW = { sku: 'A', unit_cost: '2.5', cost_currency: 'EUR', created_at: '2026-01-01 12:00:00.000000' };
const known = (valid_from: string, unit_cost: string, source: string): KnownCost => ({ currency: 'EUR', valid_from, unit_cost, source });

test('the first cost that a shop says is valid since the product is there, a later one from the day on which it is seen', () => {
  expect(observedCost(ROW, BATCH, [])).toEqual({ sku: 'A', currency: 'EUR', valid_from: '2026-01-01', unit_cost: '2.5', fulfilment_cost: null });
  expect(observedCost(ROW, BATCH, [known('2026-01-01', '2.5', 'sources')])).toBeUndefined();
  expect(observedCost(ROW, BATCH, [known('2026-01-01', '2.5', 'sources'), known('2026-06-01', '3', 'sources')])).toMatchObject({ valid_from: '2026-11-22' });
  expect(observedCost({ ...ROW, unit_cost: null }, BATCH, [])).toBeUndefined();
});

test('what a file says of a day stays', () => {
  expect(observedCost(ROW, BATCH, [known('2026-01-01', '9', 'inventory')])).toBeUndefined();
  expect(observedCost(ROW, BATCH, [known('2026-02-01', '9', 'inventory')])).toMatchObject({ valid_from: '2026-01-01' });
});

test('stock is what is on hand; what is not available is reserved', () => {
  const row = { sku: 'A', location_id: 'gid://shopify/Location/1', updated_at: '2026-11-20 10:00:00.000000', quantities: '[{"name":"available","quantity":7},{"name":"on_hand","quantity":10}]' };
  expect(shopStockOf(row)).toMatchObject({ sku: 'A', location: 'gid://shopify/Location/1', as_of: '2026-11-20', on_hand: '10', reserved: '3', available: '7' });
  expect(shopStockOf({ ...row, sku: null })).toBeUndefined();
  expect(shopStockOf({ ...row, quantities: '[{"name":"available","quantity":7}]' })).toBeUndefined();
  expect(shopStockOf({ ...row, quantities: 'nothing' })).toBeUndefined();
});
