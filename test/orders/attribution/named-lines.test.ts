import { expect, test } from '@jest/globals';

import type { Candidate } from '../../../src/orders/attribution/capacity.ts';
import { accountWork } from '../../../src/orders/attribution/account-work.ts';
import { lineKey } from '../../../src/orders/attribution/named-lines.ts';
import { accountOf, invoiceOf } from '../account.ts';

const { lines, capacities: rooms } = accountWork(
  accountOf(
    invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'd', amount: 10, sku: 'Tea-1' }, { id: 'b', amount: 10, productId: 'tea' }, { id: 'c', amount: 10, sku: 'MUG', productId: 'mug', subscriptionId: 's1', chainId: 'c1' }] }),
    invoiceOf({ id: 'i2', date: '2026-01-06', lines: [{ id: 'e', amount: 10, sku: 'TEA-1', productId: 'tea' }] }),
    invoiceOf({ id: 'i3', date: '2026-01-06', currency: 'CHF', lines: [{ id: 'f', amount: 10, sku: 'TEA-1' }] }),
  ),
);
/** The lines of each candidate in the order in which they are taken; the room is put back afterwards. */
const ids = (candidates: readonly Candidate[]): string[] => candidates.map((candidate) => {
  const { capacity: room } = candidate;
  const order: string[] = [];
  const kept = room.lines.map((line) => ({ line, left: line.left }));
  const left = room.left;
  candidate.take(1000, (_invoiceId, lineId) => order.push(lineId ?? '-'));
  for (const { line, left: before } of kept) line.left = before;
  room.left = left;
  return `${room.id}: ${order.join(' ')}`;
});

test.each([
  ['a SKU, whatever its case', lineKey.sku('tea-1'), ['i1: d', 'i2: e']],
  ['a product', lineKey.product('tea'), ['i1: b', 'i2: e']],
  ['a product where the line has no SKU', lineKey.productWithoutSku('tea'), ['i1: b']],
  ['a subscription', lineKey.subscription('s1'), ['i1: c']],
  ['a chain', lineKey.chain('c1'), ['i1: c']],
  ['nothing that was billed', lineKey.sku('none'), []],
])('lines are found by %s', (_what, key, expected) => expect(ids(lines.candidates([key], 'EUR'))).toEqual(expected));

test('lines of several keys come once, by their ids, and those of another currency are left out', () => {
  expect(ids(lines.candidates([lineKey.sku('tea-1'), lineKey.product('tea')], 'EUR'))).toEqual(['i1: b d', 'i2: e']);
  expect(ids(lines.candidates([lineKey.sku('tea-1')], 'CHF'))).toEqual(['i3: f']);
});

test('of a whole invoice the named lines come first, then the others', () => {
  const room = rooms.get('i1');
  if (room === undefined) throw new Error('no room');
  expect(ids([lines.whole(room, [lineKey.sku('mug')]), lines.whole(room, [lineKey.sku('none')])])).toEqual(['i1: c b d', 'i1: b c d']);
});
