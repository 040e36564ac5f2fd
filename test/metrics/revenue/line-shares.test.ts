import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { lineShares } from '../../../src/metrics/revenue/line-shares.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import { invoicePositions, type InvoicePosition } from '../../../src/orders/ledger/invoice-positions.ts';
import { accountOf, invoiceOf } from '../../orders/account.ts';
import { generatedLedger } from '../../orders/generated-ledgers.ts';

test('what a discount has beyond its line goes to the others, with its part of the tax', () => {
  const lines = [{ id: 'a', amount: 100, taxAmount: 20 }, { id: 'b', amount: 1000, taxAmount: 200 }, { id: 'c', amount: -200, taxAmount: -40, appliedToLineId: 'a' }];
  const [position] = invoicePositions(countedLedger(accountOf(invoiceOf({ id: 'i1', date: '2026-01-05', lines }))), []).values();
  expect(lineShares(position as InvoicePosition).map(({ sale, discount, tax }) => ({ sale, discount, tax }))).toEqual([
    { sale: { gross: 120, tax: 20 }, discount: { gross: -120, tax: -20 }, tax: 0 },
    { sale: { gross: 1200, tax: 200 }, discount: { gross: -120, tax: -20 }, tax: 180 },
    { sale: undefined, discount: { gross: 0, tax: 0 }, tax: 0 },
  ]);
});

test('the parts of a line are what the ledger makes of it: sold above 0, lowered below', () => {
  fc.assert(
    fc.property(generatedLedger, (ledger) => {
      for (const position of invoicePositions(countedLedger(ledger), []).values()) {
        if (position.invoice.amount < 0) continue;
        for (const { position: line, sale, discount } of lineShares(position)) {
          expect((sale?.gross ?? 0) + discount.gross).toBe(line.net);
          expect([(sale?.gross ?? 0) >= 0, discount.gross <= 0]).toEqual([true, true]);
        }
      }
    }),
    { numRuns: 300 },
  );
});
