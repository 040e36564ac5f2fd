import { billingEntity } from '../contract/billing-entity.ts';
import { currency, date, decimal, enumeration, id, instant, required, text } from '../contract/contract.ts';

/** Billing entity 9: an invoice; only posted ones count. */
export const invoice = billingEntity('invoice', 'raw_invoices', 'An invoice.', {
  AccountId: id('account', required),
  InvoiceNumber: text({ ...required, shape: 'reference' }),
  InvoiceDate: date(required),
  DueDate: date(),
  PostedDate: instant(),
  Status: enumeration(['Draft', 'Posted', 'Canceled']),
  Currency: currency(),
  Amount: decimal({ ...required, note: 'Tax included.' }),
  AmountWithoutTax: decimal(),
  TaxAmount: decimal(),
  Balance: decimal(),
  PaymentAmount: decimal(),
  RefundAmount: decimal(),
  AdjustmentAmount: decimal(),
  CreditBalanceAdjustmentAmount: decimal(),
  CreditMemoAmount: decimal(),
  Comments: text(),
});
