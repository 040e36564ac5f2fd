import { expect, test } from '@jest/globals';

import { BrandLedger } from '../../../src/orders/assemble/brand-ledger.ts';
import type { Order } from '../../../src/orders/assemble/build-orders.ts';
import { NO_TOTALS } from '../../../src/orders/ledger/totals.ts';
import { factOf } from '../../support/rows/person-facts.ts';
import { billedAccount, noteOf, opened } from './billed-account.ts';

const facts = billedAccount();
const line = (id: string, invoice: string, chain: string | null): (typeof facts.invoice_lines)[number] => factOf('invoice_lines', { source_id: id, invoice_id: invoice, chain_id: chain, amount: 100 });
const ledger = new BrandLedger([
  opened(
    {
      ...facts,
      invoices: [...facts.invoices, factOf('invoices', { source_id: 'i0', invoice_date: '2026-01-04', status: 'Posted', currency: 'EUR', amount: 100 }), factOf('invoices', { source_id: 'draft', invoice_date: '2026-01-04', status: 'Draft', currency: 'EUR', amount: 100 })],
      invoice_lines: [...facts.invoice_lines, line('l0', 'i0', 'chain-1'), line('l8', 'draft', 'chain-1'), line('l9', 'i0', 'chain-9')],
    },
    noteOf(['l1', 200], [null, 100]),
  ),
]);
const order = { chains: [{ id: 'chain-1' }] } as unknown as Order;
const lines = ledger.linesOf(order).map(({ line: own }) => ({ line: own, itemId: 'item', totals: NO_TOTALS }));

test('the lines of an order are those of its chains on posted invoices, by id', () => {
  expect(lines.map(({ line: own }) => own.source_id)).toEqual(['l0', 'l1']);
});

test('the invoices of lines come oldest first, each with those of its lines', () => {
  expect(ledger.invoicesOf(lines).map(({ invoice, lines: own }) => [invoice.source_id, own.map((each) => each.line.source_id)])).toEqual([['i0', ['l0']], ['i1', ['l1']]]);
});

test('the payments of invoices come with what was applied to these', () => {
  expect(ledger.paymentsOf(new Set(['i0', 'i1'])).map(({ payment, applied }) => [payment.source_id, applied])).toEqual([['p1', [{ invoiceId: 'i1', amount: 990 }]]]);
  expect(ledger.paymentsOf(new Set(['i0']))).toEqual([]);
});

test('a credit note is found by the lines that it has items on, once, with its refund', () => {
  expect(ledger.notesOf(['l1', 'l1', 'l0']).map(({ note, refund }) => [note.refundId, refund?.refund_number])).toEqual([['r1', 'R-1']]);
  expect(ledger.notesOf(['l0'])).toEqual([]);
});

test('a line comes to what was billed, paid and credited of it', () => {
  expect(ledger.lineTotals().get('l1')).toEqual({ invoiced: 990, credited: 200, paid: 990, refunded: 200, balance: 0, outstanding: 0 });
});
