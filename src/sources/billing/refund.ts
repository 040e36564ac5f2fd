import { billingEntity } from '../contract/billing-entity.ts';
import { currency, date, decimal, enumeration, id, required, text } from '../contract/contract.ts';

/** Billing entity 13: money given back; only processed ones count. */
export const refund = billingEntity('refund', 'raw_refunds', 'A refund to a customer.', {
  AccountId: id('account', required),
  PaymentId: id('payment'),
  CreditMemoId: id('credit_memo'),
  PaymentMethodId: id('payment_method'),
  RefundNumber: text({ shape: 'reference' }),
  RefundDate: date(required),
  Amount: decimal(required),
  Currency: currency(),
  Type: enumeration(['Electronic', 'External']),
  SourceType: enumeration(['Payment', 'CreditBalance']),
  MethodType: text({ shape: 'word' }),
  Status: enumeration(['Processed', 'Processing', 'Canceled', 'Error']),
  ReasonCode: text(),
  Comment: text(),
  ProductSKU__c: text({ shape: 'sku' }),
});
