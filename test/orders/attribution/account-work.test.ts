import { expect, test } from '@jest/globals';

import { accountWork } from '../../../src/orders/attribution/account-work.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';

test('the work starts from what credits and payments have left, before any refund', () => {
  const paid = invoiceOf({ id: 'i1', date: '2026-01-05', paid: 3000, lines: [{ id: 'a', amount: 3000 }] });
  const next = invoiceOf({ id: 'i2', date: '2026-02-05', paid: 800, lines: [{ id: 'b', amount: 1000 }] });
  const { counted, credit, capacities: rooms, unapplied: unsettled } = accountWork(
    accountOf(paid, next, {
      payments: [{ id: 'p2', paymentNumber: null, effectiveDate: null, status: 'Processed', currency: 'EUR', amount: 500, appliedAmount: null }],
      credits: [
        memoOf({ id: 'm1', date: '2026-01-09', amount: 400, invoiceId: 'i1' }),
        adjustmentOf({ id: 'a1', date: '2026-02-01', amount: 200, direction: 'Increase', source: 'Payment p2' }),
        adjustmentOf({ id: 'a2', date: '2026-02-05', amount: 200, direction: 'Decrease', source: 'Invoice i2' }),
      ],
      refunds: [refundOf({ id: 'r1', date: '2026-03-01', amount: 3000 })],
    }),
  );
  expect([...rooms.values()].map(({ id, left, lines }) => [id, left, lines[0]?.left])).toEqual([['i1', 2600, 2600], ['i2', 800, 800]]);
  expect(Object.fromEntries(unsettled)).toEqual({ 'payment of i1': 0, 'payment of i2': 0, p2: 300 });
  expect([counted.refunds.length, credit.credited.length]).toEqual([1, 1]);
});
