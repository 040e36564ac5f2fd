import { billingEntity } from '../contract/billing-entity.ts';
import { boolean, date, enumeration, id, integer, required, text } from '../contract/contract.ts';

/** Billing entity 5: one version of a subscription; the versions of one OriginalId make a chain. */
export const subscription = billingEntity(
  'subscription',
  'raw_subscriptions',
  'A version of a subscription.',
  {
    AccountId: id('account', required),
    InvoiceOwnerId: id('account'),
    Name: text({ ...required, shape: 'reference' }),
    Status: enumeration([
      'Draft',
      'PendingActivation',
      'PendingAcceptance',
      'Active',
      'Suspended',
      'Cancelled',
      'Expired',
    ]),
    Version: integer(),
    IsLatestVersion: boolean(),
    OriginalId: id('subscription'),
    PreviousSubscriptionId: id('subscription'),
    TermType: enumeration(['TERMED', 'EVERGREEN']),
    AutoRenew: boolean(),
    InitialTerm: integer({ note: 'Months.' }),
    RenewalTerm: integer({ note: 'Months.' }),
    CurrentTerm: integer({ note: 'Months.' }),
    ContractEffectiveDate: date(),
    SubscriptionStartDate: date(),
    SubscriptionEndDate: date(),
    TermStartDate: date(),
    TermEndDate: date(),
    CancelledDate: date(),
    CancelReason: text(),
    Notes: text(),
    OrderReference__c: text({ shape: 'reference' }),
    CouponCode__c: text({ shape: 'word' }),
    Campaign__c: text(),
  },
  [
    ['brand', 'account_id'],
    ['brand', 'original_id'],
  ],
);
