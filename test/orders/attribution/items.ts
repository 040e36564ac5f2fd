import { attribute } from '../../../src/orders/attribution/attribute.ts';
import { productNames } from '../../../src/orders/attribution/product-names.ts';
import type { AccountLedger, RefundApplicationFact } from '../../../src/orders/ledger/ledger.ts';
import { invoiceOf } from '../account.ts';

export const products = productNames([
  { productId: 'p1', productName: 'Steinbock Protein', sku: 'ALP-1' },
  { productId: 'p2', productName: 'Protein', sku: 'ALP-2' },
  { productId: 'p3', productName: 'Alm Tee', sku: 'ALP-3' },
]);

/** Refund, line or invoice, amount, method: `r1 i1-1 500 account`. */
export function itemsOf(ledger: AccountLedger, spill: 'none' | 'account' = 'none'): string[] {
  return attribute(ledger, { products, spill }).notes.flatMap(({ refundId, items }) =>
    items.map(({ invoiceId, invoiceLineId, amount, method }) => [refundId, invoiceLineId ?? invoiceId ?? '-', amount, method].join(' ')),
  );
}

/** A link of the platform from a refund to what it refunds. */
export function linkOf(id: string, refundId: string, amount: number, to: Partial<RefundApplicationFact>): RefundApplicationFact {
  return { id, refundId, amount, paymentApplicationId: null, invoiceId: null, paymentId: null, ...to };
}

/** Two paid invoices of one product, a month apart. */
export const invoice1 = invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'i1-1', amount: 3000, sku: 'ALP-1' }] });
export const invoice2 = invoiceOf({ id: 'i2', date: '2026-02-05', lines: [{ id: 'i2-1', amount: 3000, sku: 'ALP-1' }] });
