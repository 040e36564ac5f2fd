import type { LocalDate } from '../../core/time.ts';

/**
 * The facts of one billing account: the rows of the enriched tables, in any order, whatever their status. Amounts are
 * integers in the minor unit of the row's currency. The fields are those columns of the enriched tables that orders and
 * refunds are decided by; `id` is `source_id`.
 */
export interface AccountLedger {
  readonly brand: string;
  readonly accountId: string;
  /** The account's own currency; every row has its own beside it. */
  readonly currency: string | null;
  readonly subscriptions: readonly SubscriptionName[];
  readonly invoices: readonly InvoiceFact[];
  readonly invoiceLines: readonly InvoiceLineFact[];
  readonly payments: readonly PaymentFact[];
  readonly paymentApplications: readonly PaymentApplicationFact[];
  readonly refunds: readonly RefundFact[];
  readonly refundApplications: readonly RefundApplicationFact[];
  readonly credits: readonly CreditFact[];
}

/** What a subscription version is called and to which chain it belongs (enriched_subscriptions). */
export interface SubscriptionName {
  readonly id: string;
  readonly name: string | null;
  readonly chainId: string | null;
}

/** An invoice (enriched_invoices). */
export interface InvoiceFact {
  readonly id: string;
  readonly invoiceNumber: string | null;
  readonly invoiceDate: LocalDate | null;
  readonly status: string | null;
  readonly currency: string | null;
  /** Tax included; negative on an invoice that gives money back. */
  readonly amount: number | null;
  /** The tax in it. */
  readonly taxAmount: number | null;
}

/** A line of an invoice (enriched_invoice_lines), in the invoice's currency. */
export interface InvoiceLineFact {
  readonly id: string;
  readonly invoiceId: string | null;
  readonly subscriptionId: string | null;
  readonly chainId: string | null;
  readonly productRatePlanId: string | null;
  readonly productId: string | null;
  readonly sku: string | null;
  readonly name: string | null;
  /** 0 charge, 1 discount, 2 prepayment, 3 tax, or the word. */
  readonly processingType: string | null;
  /** Tax excluded. */
  readonly amount: number | null;
  readonly taxAmount: number | null;
  /** The line that a discount or tax line applies to. */
  readonly appliedToLineId: string | null;
}

/** A payment (enriched_payments). */
export interface PaymentFact {
  readonly id: string;
  readonly paymentNumber: string | null;
  readonly effectiveDate: LocalDate | null;
  readonly status: string | null;
  readonly currency: string | null;
  readonly amount: number | null;
  /** What the platform says was applied of it, also where the applications are missing from the export. */
  readonly appliedAmount: number | null;
}

/** The part of a payment that was applied to an invoice (enriched_payment_applications). */
export interface PaymentApplicationFact {
  readonly id: string;
  readonly invoiceId: string | null;
  readonly paymentId: string | null;
  readonly currency: string | null;
  readonly amount: number | null;
}

/** A refund (enriched_refunds). */
export interface RefundFact {
  readonly id: string;
  readonly refundNumber: string | null;
  readonly refundDate: LocalDate | null;
  readonly paymentId: string | null;
  readonly creditMemoId: string | null;
  /** Electronic, External. */
  readonly type: string | null;
  /** Payment, CreditBalance. */
  readonly sourceType: string | null;
  readonly status: string | null;
  readonly currency: string | null;
  readonly amount: number | null;
  readonly reasonCode: string | null;
  readonly comment: string | null;
  readonly sku: string | null;
  /** regular or goodwill, as the rules decided. */
  readonly kind: string;
}

/** The platform's own link of a refund to what it refunds (enriched_refund_applications). */
export interface RefundApplicationFact {
  readonly id: string;
  readonly refundId: string | null;
  readonly paymentApplicationId: string | null;
  readonly invoiceId: string | null;
  readonly paymentId: string | null;
  readonly amount: number | null;
}

/** A credit memo or a movement of the credit balance (enriched_credits). */
export interface CreditFact {
  readonly id: string;
  /** credit_memo, credit_balance_adjustment. */
  readonly creditType: string;
  readonly number: string | null;
  /** Increase or Decrease of the credit balance; null on a memo. */
  readonly direction: string | null;
  readonly creditDate: LocalDate | null;
  readonly status: string | null;
  /** The invoice that a memo refers to, or that an adjustment came from or went to. */
  readonly invoiceId: string | null;
  readonly sourceTransactionId: string | null;
  readonly sourceTransactionNumber: string | null;
  /** Invoice, Payment, Refund. */
  readonly sourceTransactionType: string | null;
  readonly currency: string | null;
  readonly amount: number | null;
  /** The part of a memo that was paid out. */
  readonly refundAmount: number | null;
  /** The tax in a memo; null: it tells none. */
  readonly taxAmount: number | null;
}
