import { billingEntity } from '../contract/billing-entity.ts';
import { decimal, id, required } from '../contract/contract.ts';

/** Billing entity 14: the explicit link of a refund to an invoice, where the platform kept one. */
export const refundInvoicePayment = billingEntity(
  'refund_invoice_payment',
  'raw_refund_invoice_payments',
  'The part of a refund that was taken from an invoice payment.',
  {
    AccountId: id('account'),
    RefundId: id('refund'),
    InvoicePaymentId: id('invoice_payment'),
    InvoiceId: id('invoice'),
    PaymentId: id('payment'),
    RefundAmount: decimal(required),
  },
);
