import { billingEntity } from '../contract/billing-entity.ts';
import { currency, date, decimal, enumeration, id, required, text } from '../contract/contract.ts';

/** Billing entity 11: money received; only processed or posted ones count. */
export const payment = billingEntity('payment', 'raw_payments', 'A payment of an account.', {
  AccountId: id('account', required),
  PaymentMethodId: id('payment_method'),
  PaymentNumber: text({ shape: 'reference' }),
  EffectiveDate: date(required),
  Amount: decimal(required),
  AppliedAmount: decimal(),
  UnappliedAmount: decimal(),
  RefundAmount: decimal(),
  Currency: currency(),
  Type: enumeration(['Electronic', 'External']),
  Status: enumeration(['Processed', 'Error', 'Voided', 'Canceled', 'Draft', 'Processing', 'Posted']),
  Gateway: text(),
  ReferenceId: text({ shape: 'reference' }),
  GatewayResponse: text(),
  Comment: text(),
});
