import fc from 'fast-check';

import type { LocalDate } from '../../src/core/time.ts';
import { productNames } from '../../src/orders/attribution/product-names.ts';
import type { AccountLedger } from '../../src/orders/ledger/ledger.ts';

const SKUS = ['TEA-1', 'TEA-2', 'MUG'];
export const GENERATED_PRODUCTS = productNames(SKUS.map((sku) => ({ productId: `p-${sku}`, productName: `Fine ${sku}`, sku })));

/** A value, or null `nulls` times out of ten. */
const maybe = <Value>(value: fc.Arbitrary<Value>, nulls = 3): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 10 - nulls, arbitrary: value }, { weight: nulls, arbitrary: fc.constant(null) });
const dates = ['2026-01-05', '2026-01-06', '2026-02-05', '2026-03-05'] as LocalDate[];
const date = fc.constantFrom(...dates);
/** Mostly after most invoices. */
const lateDate = fc.constantFrom(...dates, ...dates.slice(2), ...dates.slice(3), ...dates.slice(3));
const currency = fc.constantFrom('EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'CHF');
const posted = fc.constantFrom('Posted', 'Posted', 'Posted', 'Posted', 'Draft', 'Canceled');
const processed = fc.constantFrom('Processed', 'Processed', 'Processed', 'Processed', 'Canceled', 'Error');
const cents = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5000 }));
/** Some exports write money that goes back with a minus. */
const signed = (amount: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 12, arbitrary: amount }, { weight: 1, arbitrary: amount.map((value) => -value) });
const number = maybe(fc.constantFrom('N-9', 'N-10', 'N-11', 'N-012'), 1);
/** The id of one of the rows that there can be; sometimes of one that there is not. */
const oneOf = (kind: string): fc.Arbitrary<string> => fc.integer({ min: 0, max: 3 }).map((index) => `${kind}${index}`);
const rows = <Row extends object>(kind: string, row: fc.Arbitrary<Row>, maxLength = 6): fc.Arbitrary<(Row & { id: string })[]> =>
  fc.array(row, { maxLength, size: 'max' }).map((list) => list.map((values, index) => ({ ...values, id: `${kind}${index}` })));

const line = fc.record({
  sku: maybe(fc.constantFrom(...SKUS)),
  gross: fc.oneof({ weight: 5, arbitrary: cents }, { weight: 1, arbitrary: cents.map((amount) => -amount) }, { weight: 1, arbitrary: fc.constant(0) }),
  tax: fc.integer({ min: 0, max: 20 }),
  processingType: fc.constantFrom('0', '1', '3', 'Tax', null),
  appliedTo: maybe(fc.integer({ min: 0, max: 3 }), 7),
  chain: maybe(fc.constantFrom('c1', 'c2')),
});

const invoice = fc.record({
  invoiceNumber: number,
  invoiceDate: date,
  status: posted,
  currency,
  lines: fc.array(line, { maxLength: 4, size: 'max' }),
  /** What the invoice says beyond the sum of its lines. */
  beyond: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -300, max: 300 }) }),
  taxAmount: maybe(fc.integer({ min: -20, max: 900 }), 7),
  /** Shares of the amount, in tenths, that payments paid. */
  paid: fc.array(fc.record({ payment: oneOf('payment'), tenths: fc.constantFrom(3, 5, 10, 10, 10, 12) }), { maxLength: 2, size: 'max' }),
});

const refund = fc.record({
  refundNumber: number,
  refundDate: lateDate,
  paymentId: maybe(oneOf('payment'), 7),
  creditMemoId: maybe(oneOf('memo'), 7),
  type: fc.constantFrom('Electronic', 'External'),
  sourceType: fc.constantFrom('Payment', 'CreditBalance'),
  status: processed,
  currency,
  amount: signed(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 20_000 }))),
  reasonCode: maybe(fc.constantFrom('Standard Refund', 'for the Fine MUG'), 6),
  comment: maybe(fc.constantFrom('sent back TEA-1', 'fine mug broken', 'S-0001 cancelled', 'nothing known', 'tea-1, tea-2'), 5),
  sku: maybe(fc.constantFrom('TEA-1', 'mug', 'NEVER'), 7),
  kind: fc.constantFrom('regular', 'regular', 'goodwill'),
});

const link = fc.record({
  refundId: oneOf('refund'),
  paymentApplicationId: maybe(oneOf('application'), 7),
  invoiceId: maybe(oneOf('invoice'), 4),
  paymentId: maybe(oneOf('payment'), 4),
  amount: cents,
});

const memo = fc.record({ creditDate: date, status: posted, invoiceId: maybe(oneOf('invoice'), 2), currency, amount: signed(cents), taxAmount: maybe(fc.integer({ min: 0, max: 900 }), 5), isPaidOut: fc.boolean() });
/** What happens to a payment beside its applications: money that no invoice needed, and what the platform says was applied. */
const payment = fc.record({
  status: processed,
  effectiveDate: maybe(date),
  beyond: fc.constantFrom(0, 0, 700, 3000),
  sign: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 1, 1, -1),
  /** More than its applications are where some of them are missing from the export. */
  said: fc.constantFrom(null, null, 0, 400),
});
const adjustment = fc.record({
  direction: fc.constantFrom('Increase', 'Increase', 'Decrease'),
  creditDate: date,
  status: processed,
  source: fc.oneof(
    fc.record({ type: fc.constant('Invoice'), id: oneOf('invoice') }),
    fc.record({ type: fc.constant('Payment'), id: oneOf('payment') }),
    fc.record({ type: fc.constant('Refund'), id: oneOf('refund') }),
    fc.constant({ type: null, id: null }),
  ),
  currency,
  amount: cents,
});

interface Parts {
  readonly invoices: readonly (typeof invoice extends fc.Arbitrary<infer Row> ? Row & { id: string } : never)[];
  readonly payments: readonly (typeof payment extends fc.Arbitrary<infer Row> ? Row : never)[];
  readonly refunds: AccountLedger['refunds'];
  readonly links: AccountLedger['refundApplications'];
  readonly memos: readonly (typeof memo extends fc.Arbitrary<infer Row> ? Row & { id: string } : never)[];
  readonly adjustments: readonly (typeof adjustment extends fc.Arbitrary<infer Row> ? Row & { id: string } : never)[];
}

/** Whole accounts with everything that can happen to one, also what should not. */
export const generatedLedger: fc.Arbitrary<AccountLedger> = fc
  .record({
    invoices: rows('invoice', invoice),
    payments: fc.array(payment, { minLength: 6, maxLength: 6 }),
    refunds: rows('refund', refund),
    links: fc.oneof(fc.constant([]), rows('link', link, 3)),
    memos: fc.oneof(fc.constant([]), rows('memo', memo, 3)),
    adjustments: fc.oneof(fc.constant([]), rows('adjustment', adjustment, 5)),
  })
  .map(ledgerOf);

function ledgerOf({ invoices, payments: kinds, refunds, links, memos, adjustments }: Parts): AccountLedger {
  const amountOf = ({ lines, beyond }: Parts['invoices'][number]): number => lines.reduce((sum, { gross, tax }) => sum + gross + tax, beyond);
  const paid = invoices.flatMap((each) =>
    each.paid.map(({ payment: id, tenths }) => ({ payment: id, invoice: each.id, currency: each.currency, amount: Math.floor((Math.max(0, amountOf(each)) * tenths) / 10) })),
  );
  const payments = kinds.flatMap(({ status, effectiveDate, beyond, sign, said }, index) => {
    const own = paid.filter(({ payment: id }) => id === `payment${index}`);
    if (own.length === 0 && beyond === 0) return [];
    const applied = own.reduce((sum, part) => sum + part.amount, 0);
    const appliedAmount = said === null ? null : applied + said;
    return [{ id: `payment${index}`, paymentNumber: `P-${index % 4}`, effectiveDate, status, currency: own[0]?.currency ?? 'EUR', amount: sign * (applied + beyond), appliedAmount }];
  });
  return {
    brand: 'alpina',
    accountId: 'account',
    currency: 'EUR',
    subscriptions: [{ id: 's1', name: 'S-0001', chainId: 'c1' }, { id: 's2', name: 'S-0002', chainId: 'c2' }],
    invoices: invoices.map((each) => ({ id: each.id, invoiceNumber: each.invoiceNumber, invoiceDate: each.invoiceDate, status: each.status, currency: each.currency, amount: amountOf(each), taxAmount: each.taxAmount })),
    invoiceLines: invoices.flatMap(({ id, lines }) =>
      lines.map((each, index) => ({
        id: `${id}-line${index}`,
        invoiceId: id,
        subscriptionId: null,
        chainId: each.chain,
        productRatePlanId: null,
        productId: each.sku === null ? null : `p-${each.sku}`,
        sku: index === 2 ? null : each.sku,
        name: null,
        processingType: each.processingType,
        amount: each.gross,
        taxAmount: each.tax,
        appliedToLineId: each.appliedTo === null ? null : `${id}-line${each.appliedTo}`,
      })),
    ),
    payments,
    paymentApplications: paid.map((part, index) => ({ id: `application${index}`, invoiceId: part.invoice, paymentId: part.payment, currency: part.currency, amount: part.amount })),
    refunds,
    refundApplications: links,
    credits: [
      ...memos.map((each) => ({ ...NO_SOURCE, ...each, creditType: 'credit_memo', number: null, direction: null, refundAmount: each.isPaidOut ? each.amount : null })),
      ...adjustments.map(({ source, ...each }) => ({
        ...each,
        creditType: 'credit_balance_adjustment',
        number: null,
        invoiceId: source.type === 'Invoice' ? source.id : null,
        sourceTransactionId: source.id,
        sourceTransactionNumber: null,
        sourceTransactionType: source.type,
        refundAmount: null,
        taxAmount: null,
      })),
    ],
  };
}

const NO_SOURCE = { sourceTransactionId: null, sourceTransactionNumber: null, sourceTransactionType: null };

/** The same facts in another order of rows. */
export function shuffled(ledger: AccountLedger): fc.Arbitrary<AccountLedger> {
  const mixed = <Row>(list: readonly Row[]): fc.Arbitrary<Row[]> => fc.shuffledSubarray([...list], { minLength: list.length });
  return fc
    .record({
      invoices: mixed(ledger.invoices),
      invoiceLines: mixed(ledger.invoiceLines),
      payments: mixed(ledger.payments),
      paymentApplications: mixed(ledger.paymentApplications),
      refunds: mixed(ledger.refunds),
      refundApplications: mixed(ledger.refundApplications),
      credits: mixed(ledger.credits),
      subscriptions: mixed(ledger.subscriptions),
    })
    .map((lists) => ({ ...ledger, ...lists }));
}
