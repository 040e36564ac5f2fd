import { billingEntity } from '../contract/billing-entity.ts';
import { currency, date, decimal, enumeration, id, required, text } from '../contract/contract.ts';

/** Billing entity 16: a movement of an account's credit balance. */
export const creditBalanceAdjustment = billingEntity(
  'credit_balance_adjustment',
  'raw_credit_balance_adjustments',
  'An increase or decrease of the credit balance of an account.',
  {
    AccountId: id('account', required),
    Number: text({ shape: 'reference' }),
    AdjustmentDate: date(required),
    Amount: decimal(required),
    Currency: currency(),
    Type: enumeration(['Increase', 'Decrease']),
    Status: enumeration(['Processed', 'Canceled']),
    SourceTransactionId: text({ shape: 'id', note: 'Id of the invoice, payment or refund.' }),
    SourceTransactionNumber: text({ shape: 'reference' }),
    SourceTransactionType: enumeration(['Invoice', 'Payment', 'Refund']),
    ReasonCode: text(),
    Comment: text(),
  },
);
