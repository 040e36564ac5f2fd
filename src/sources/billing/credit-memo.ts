import { billingEntity } from '../contract/billing-entity.ts';
import { currency, date, decimal, enumeration, id, required, text } from '../contract/contract.ts';

/** Billing entity 15: a credit; only posted ones count. */
export const creditMemo = billingEntity('credit_memo', 'raw_credit_memos', 'A credit memo.', {
  AccountId: id('account', required),
  Number: text({ shape: 'reference' }),
  ReferredInvoiceId: id('invoice'),
  CreditMemoDate: date(required),
  Status: enumeration(['Draft', 'Posted', 'Canceled']),
  Currency: currency(),
  Amount: decimal(required),
  AppliedAmount: decimal(),
  RefundAmount: decimal(),
  TaxAmount: decimal(),
  ReasonCode: text(),
  Comment: text(),
});
