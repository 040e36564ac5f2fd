import { billingEntity } from '../contract/billing-entity.ts';
import { date, decimal, id, required } from '../contract/contract.ts';

/** Billing entity 12: what a payment was applied to. */
export const invoicePayment = billingEntity(
  'invoice_payment',
  'raw_invoice_payments',
  'The part of a payment that was applied to an invoice.',
  {
    AccountId: id('account'),
    InvoiceId: id('invoice', required),
    PaymentId: id('payment', required),
    Amount: decimal(required),
    RefundAmount: decimal(),
    EffectiveDate: date(),
  },
);
