import { expect, test } from '@jest/globals';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import { productNames } from '../../../src/orders/attribution/product-names.ts';
import { ledgerEntries } from '../../../src/orders/ledger/ledger-entries.ts';
import type { AccountLedger, RefundFact } from '../../../src/orders/ledger/ledger.ts';
import { orderTotals } from '../../../src/orders/ledger/totals.ts';
import { adjustmentOf, invoiceOf, memoOf, refundOf } from '../account.ts';

const products = productNames([{ productId: 'p', productName: 'Fine tea', sku: 'TEA-1' }, { productId: 'q', productName: 'Mug', sku: 'MUG' }]);
const SMALL = 2_000;
const LARGE = 20_000;
/** In time of the processor, which other processes hardly change. Ten times the rows take ten times as long, and some more for sorting, caches and the garbage collector; squared it would be 100. */
const MOST_GROWTH = 60;

type Part = Pick<AccountLedger, 'invoices' | 'invoiceLines' | 'payments' | 'paymentApplications'>;
const dayOf = (index: number): string => `20${String(10 + (Math.floor(index / 336) % 80)).padStart(2, '0')}-${String(1 + (Math.floor(index / 28) % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`;
const invoiceAt = (index: number): Part => invoiceOf({ id: `i${index}`, date: dayOf(index), lines: [{ id: `l${index}`, amount: 100, sku: index % 2 === 0 ? 'TEA-1' : 'MUG', chainId: `c${index % 7}` }] });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function accountWith(parts: readonly Part[], rest: Partial<AccountLedger>): AccountLedger {
  return {
    brand: 'alpina', accountId: 'a', currency: 'EUR', subscriptions: [{ id: 's3', name: 'A-S00000003', chainId: 'c3' }],
    invoices: parts.flatMap((part) => part.invoices),
    invoiceLines: parts.flatMap((part) => part.invoiceLines),
    payments: parts.flatMap((part) => part.payments),
    paymentApplications: parts.flatMap((part) => part.paymentApplications),
    refunds: [], refundApplications: [], credits: [], ...rest,
  };
}

const refundsWith = (count: number, changes: (index: number) => Partial<RefundFact>): RefundFact[] =>
  numbers(count).map((index) => ({ ...refundOf({ id: `r${index}`, date: dayOf(index), amount: 90 }), ...changes(index) }));

const worst: Readonly<Record<string, (count: number) => AccountLedger>> = {
  'refunds of unknown products': (count) => accountWith(numbers(count).map(invoiceAt), { refunds: refundsWith(count, () => ({})) }),
  'refunds of all kinds of texts': (count) =>
    accountWith(numbers(count).map(invoiceAt), { refunds: refundsWith(count, (index) => ({ comment: ['back: fine tea', 'MUG', 'A-S00000003', 'tea-1 and a mug'][index % 4] ?? null })) }),
  'refunds that nothing is left for': (count) => accountWith(numbers(count).map(invoiceAt), { refunds: refundsWith(count, () => ({ amount: 5_000, sku: 'MUG' })) }),
  'one payment of all invoices': (count) => {
    const account = accountWith(numbers(count).map(invoiceAt), { refunds: refundsWith(count, () => ({ paymentId: 'p' })) });
    return { ...account, payments: [{ id: 'p', paymentNumber: null, effectiveDate: null, status: 'Processed', currency: 'EUR', amount: 100 * count, appliedAmount: null }], paymentApplications: account.paymentApplications.map((part) => ({ ...part, paymentId: 'p' })) };
  },
  'one invoice with all lines': (count) => {
    const invoice = invoiceOf({ id: 'i', date: '2010-01-01', lines: numbers(count).map((index) => ({ id: `l${String(index)}`, amount: 100, sku: 'MUG' })) });
    const refunds = refundsWith(count, (index) => (index % 2 === 0 ? { sku: 'MUG' } : {}));
    const refundApplications = refunds.filter((_, index) => index % 3 === 0).map(({ id }) => ({ id: `link ${id}`, refundId: id, invoiceId: 'i', paymentApplicationId: null, paymentId: null, amount: 50 }));
    return accountWith([invoice], { refunds, refundApplications, credits: [memoOf({ id: 'm', date: '2010-01-01', amount: 7 * count, invoiceId: 'i' })] });
  },
  'credits that are all paid out': (count) =>
    accountWith(numbers(count).map(invoiceAt), {
      refunds: refundsWith(count, (index) => (index % 2 === 0 ? { creditMemoId: `m${index}` } : { sourceType: 'CreditBalance' })),
      credits: numbers(count).flatMap((index) =>
        index % 2 === 0
          ? [memoOf({ id: `m${index}`, date: dayOf(index), amount: 80, invoiceId: `i${index}` })]
          : [
              adjustmentOf({ id: `x${index}`, date: dayOf(index), amount: 90, direction: 'Increase', source: `Invoice i${index}` }),
              adjustmentOf({ id: `y${index}`, date: dayOf(index), amount: 70 + (index % 40), direction: 'Decrease', source: `Refund r${index}` }),
            ],
      ),
    }),
};

test.each(Object.entries(worst))('Ten times the rows take about ten times as long: %s.', (_what, accountOfSize) => {
  const measure = (account: AccountLedger): number => {
    const start = process.cpuUsage();
    const { notes } = attribute(account, { products, spill: 'none' });
    const entries = ledgerEntries(account, notes);
    orderTotals(entries, (lineId) => ({ orderId: lineId.slice(0, 3), itemId: lineId }));
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  const [small, large] = [accountOfSize(SMALL), accountOfSize(LARGE)];
  measure(small);
  // Below ten milliseconds a time says more of the machine than of the work.
  const shortest = Math.max(10, Math.min(measure(small), measure(small), measure(small)));
  const longest = Math.min(measure(large), measure(large));
  expect(longest / shortest).toBeLessThan(MOST_GROWTH);
});
