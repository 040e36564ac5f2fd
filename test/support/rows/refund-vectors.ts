import { readFileSync } from 'node:fs';

import type { LocalDate } from '../../../src/core/time.ts';
import { refundKind } from '../../../src/enriched/classify/refund-kind.ts';
import { compileRules } from '../../../src/enriched/rules/rules.ts';
import type { Method } from '../../../src/orders/ledger/credit-note.ts';
import type { CatalogProduct } from '../../../src/orders/attribution/product-names.ts';
import type { AccountLedger, PaymentApplicationFact, PaymentFact } from '../../../src/orders/ledger/ledger.ts';
import { shippedSources } from '../../enriched/rules/shipped-rules.ts';
import type { Rows } from './customers.ts';
import type { ExportRow } from '../lakes/lake.ts';

/** A case of test/vectors/refunds.json. Amounts are cents, tax included. */
export interface RefundVector {
  readonly name: string;
  /** That of rows which name none; EUR unless told otherwise. */
  readonly currency?: string;
  readonly invoices: readonly {
    readonly id: string;
    readonly number: string;
    readonly date: string;
    readonly currency?: string;
    /** All of it unless told otherwise. */
    readonly paid?: number;
    readonly lines: readonly { readonly id: string; readonly sku: string; readonly gross: number }[];
  }[];
  readonly invoice_payments?: readonly { readonly payment: string; readonly invoice: string; readonly amount: number }[];
  readonly refund_invoice_payments?: readonly { readonly refund: string; readonly invoice: string; readonly amount: number }[];
  readonly refunds: readonly {
    readonly id: string;
    readonly date: string;
    readonly amount: number;
    readonly source_type: string;
    readonly sku?: string;
    readonly comment?: string;
    readonly payment?: string;
    readonly status?: string;
  }[];
  readonly expect: readonly { readonly refund: string; readonly line: string | null; readonly amount: number; readonly method: Method }[];
}

export const VECTOR_BRAND = 'alpina';
const rules = compileRules(shippedSources, [VECTOR_BRAND]);

/** The worked examples of refund attribution. */
export function refundVectors(): RefundVector[] {
  return JSON.parse(readFileSync(new URL('../../vectors/refunds.json', import.meta.url), 'utf8')) as RefundVector[];
}

/** A catalog of the SKUs that a case bills, each a product of its own. */
export function vectorCatalog(vector: RefundVector): CatalogProduct[] {
  const skus = new Set(vector.invoices.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
  return [...skus].map((sku) => ({ productId: `product-${sku}`, productName: `Product ${sku}`, sku }));
}

/** The facts of a case, as the enrichment would find them. */
export function vectorLedger(vector: RefundVector, accountId = 'account-1'): AccountLedger {
  const ofAccount = vector.currency ?? 'EUR';
  const { payments, applications } = paymentsOf(vector);
  return {
    brand: VECTOR_BRAND,
    accountId,
    currency: ofAccount,
    subscriptions: [],
    invoices: vector.invoices.map((invoice) => ({
      id: invoice.id,
      invoiceNumber: invoice.number,
      invoiceDate: invoice.date as LocalDate,
      status: 'Posted',
      currency: invoice.currency ?? ofAccount,
      amount: grossOf(invoice),
      taxAmount: null,
    })),
    invoiceLines: vector.invoices.flatMap(({ id, lines }) =>
      lines.map((line) => ({
        id: line.id,
        invoiceId: id,
        subscriptionId: null,
        chainId: null,
        productRatePlanId: null,
        productId: `product-${line.sku}`,
        sku: line.sku,
        name: `Product ${line.sku}`,
        processingType: '0',
        amount: line.gross,
        taxAmount: 0,
        appliedToLineId: null,
      })),
    ),
    payments,
    paymentApplications: applications,
    refunds: vector.refunds.map((refund) => ({
      id: refund.id,
      refundNumber: refund.id.toUpperCase(),
      refundDate: refund.date as LocalDate,
      paymentId: refund.payment ?? null,
      creditMemoId: null,
      type: 'Electronic',
      sourceType: refund.source_type,
      status: refund.status ?? 'Processed',
      currency: ofAccount,
      amount: refund.amount,
      reasonCode: null,
      comment: refund.comment ?? null,
      sku: refund.sku ?? null,
      kind: refundKind(rules, {
        brand: VECTOR_BRAND,
        type: 'Electronic',
        sourceType: refund.source_type,
        comment: refund.comment ?? null,
        reasonCode: null,
        hasTraceableCredit: false,
      }).value,
    })),
    refundApplications: (vector.refund_invoice_payments ?? []).map(({ refund, invoice, amount }, i) => ({
      id: `link-${i}`,
      refundId: refund,
      paymentApplicationId: null,
      invoiceId: invoice,
      paymentId: null,
      amount,
    })),
    credits: [],
  };
}

/** A case as rows of a billing export, for writeRows of customers.ts; ids are those of the case. */
export function vectorRows(vector: RefundVector, accountId = 'account-1'): Rows {
  const ledger = vectorLedger(vector, accountId);
  const common: ExportRow = { UpdatedDate: '2026-04-01 04:00:00', Deleted: 'false' };
  const owned: ExportRow = { ...common, AccountId: accountId };
  const row = (values: Readonly<Record<string, string | number | null>>): ExportRow =>
    Object.fromEntries(Object.entries({ ...owned, ...values }).map(([name, value]) => [name, value === null ? '' : String(value)]));
  return {
    account: [{ Id: accountId, AccountNumber: `A-${accountId}`, Name: 'Anna Gruber', Status: 'Active', Currency: vector.currency ?? 'EUR', BillToId: `contact-${accountId}`, Market__c: 'AT', Test__c: 'false', ...common }],
    contact: [row({ Id: `contact-${accountId}`, FirstName: 'Anna', LastName: 'Gruber', WorkEmail: `${accountId}@mail.invalid`, Country: 'Austria' })],
    product_charge: vectorCatalog(vector).map(({ productId, productName, sku }) => ({
      Id: `charge-${String(sku)}`, ProductId: productId ?? '', ProductName: productName ?? '', ProductSKU: sku ?? '', ProductRatePlanId: `plan-${String(sku)}`, Name: productName ?? '', ChargeType: 'OneTime', Currency: 'EUR', ...common,
    })),
    invoice: ledger.invoices.map(({ id, invoiceNumber, invoiceDate, status, currency, amount }) =>
      row({ Id: id, InvoiceNumber: invoiceNumber, InvoiceDate: invoiceDate, Status: status, Currency: currency, Amount: units(amount) })),
    invoice_item: ledger.invoiceLines.map((line) =>
      row({ Id: line.id, InvoiceId: line.invoiceId, ProductId: line.productId, SKU: line.sku, ChargeName: line.name, ChargeAmount: units(line.amount), TaxAmount: '0', ProcessingType: line.processingType })),
    payment: ledger.payments.map(({ id, paymentNumber, effectiveDate, status, currency, amount }) =>
      row({ Id: id, PaymentNumber: paymentNumber, EffectiveDate: effectiveDate, Status: status, Currency: currency, Amount: units(amount) })),
    invoice_payment: ledger.paymentApplications.map(({ id, invoiceId, paymentId, amount }) => row({ Id: id, InvoiceId: invoiceId, PaymentId: paymentId, Amount: units(amount) })),
    refund: ledger.refunds.map((refund) =>
      row({
        Id: refund.id, RefundNumber: refund.refundNumber, RefundDate: refund.refundDate, Amount: units(refund.amount), Currency: refund.currency, Type: refund.type,
        SourceType: refund.sourceType, Status: refund.status, PaymentId: refund.paymentId, Comment: refund.comment, ProductSKU__c: refund.sku,
      })),
    refund_invoice_payment: ledger.refundApplications.map(({ id, refundId, invoiceId, amount }) => row({ Id: id, RefundId: refundId, InvoiceId: invoiceId, RefundAmount: units(amount) })),
  };
}

/** The payments that a case names, and one for what else was paid of each invoice. */
function paymentsOf(vector: RefundVector): { payments: PaymentFact[]; applications: PaymentApplicationFact[] } {
  const stated = vector.invoice_payments ?? [];
  const rest = vector.invoices.flatMap((invoice) => {
    const named = stated.filter((part) => part.invoice === invoice.id).reduce((sum, { amount }) => sum + amount, 0);
    const amount = (invoice.paid ?? grossOf(invoice)) - named;
    return amount > 0 ? [{ payment: `payment-of-${invoice.id}`, invoice: invoice.id, amount }] : [];
  });
  const currencyOf = new Map(vector.invoices.map(({ id, currency }) => [id, currency ?? vector.currency ?? 'EUR']));
  const dateOf = new Map(vector.invoices.map(({ id, date }) => [id, date as LocalDate]));
  const applications = [...stated, ...rest].map(({ payment, invoice, amount }, i) => ({
    id: `application-${i}`,
    invoiceId: invoice,
    paymentId: payment,
    currency: currencyOf.get(invoice) ?? null,
    amount,
  }));
  const payments = [...new Set(applications.map(({ paymentId }) => paymentId))].map((id) => {
    const own = applications.filter(({ paymentId }) => paymentId === id);
    const [first] = own;
    return {
      id,
      paymentNumber: id.toUpperCase(),
      effectiveDate: dateOf.get(first?.invoiceId ?? '') ?? null,
      status: 'Processed',
      currency: first?.currency ?? null,
      amount: own.reduce((sum, { amount }) => sum + amount, 0),
      appliedAmount: null,
    };
  });
  return { payments, applications };
}

function grossOf({ lines }: RefundVector['invoices'][number]): number {
  return lines.reduce((sum, { gross }) => sum + gross, 0);
}

/** Cents as an export writes them. */
function units(cents: number | null): string {
  return cents === null ? '' : `${Math.trunc(cents / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}
