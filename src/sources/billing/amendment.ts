import { billingEntity } from '../contract/billing-entity.ts';
import { date, id, required, text } from '../contract/contract.ts';

/** Billing entity 8: a change of a subscription. */
export const amendment = billingEntity('amendment', 'raw_amendments', 'A change that made a new subscription version.', {
  AccountId: id('account'),
  SubscriptionId: id('subscription', { ...required, note: 'The version that the amendment changes.' }),
  Code: text({ shape: 'reference' }),
  Name: text(),
  Type: text({ shape: 'word' }),
  Status: text({ shape: 'word' }),
  EffectiveDate: date(),
  ContractEffectiveDate: date(),
  Description: text(),
});
