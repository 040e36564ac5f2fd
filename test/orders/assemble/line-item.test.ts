import { expect, test } from '@jest/globals';

import type { Order } from '../../../src/orders/assemble/build-orders.ts';
import { itemOfLine } from '../../../src/orders/assemble/line-item.ts';
import { factOf } from '../../support/rows/person-facts.ts';

const item = (itemId: string, chain: string, planId: string | null, isCurrent: boolean): object => ({ itemId, chain: { id: chain }, planId, isCurrent });
const order = { items: [item('old', 'c1', 'trial', false), item('tea', 'c1', 'tea', true), item('mug', 'c1', 'mug', true), item('other', 'c2', 'trial', false)] } as unknown as Order;

test.each([
  ['the item of its plan', 'c1', 'mug', 'mug'],
  ['that of its own chain', 'c2', 'trial', 'other'],
  ['the first current one where it names no plan', 'c1', null, 'tea'],
  ['the first current one where its plan is unknown', 'c1', 'lamp', 'tea'],
  ['the first one where none is current', 'c2', 'lamp', 'other'],
  ['none of a chain that the order has not', 'c9', 'tea', ''],
])('a line bills %s', (_what, chain, plan, expected) => {
  expect(itemOfLine(order, factOf('invoice_lines', { source_id: 'l1', chain_id: chain, product_rate_plan_id: plan }))).toBe(expected);
});
