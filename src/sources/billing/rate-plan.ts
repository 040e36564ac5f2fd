import { billingEntity } from '../contract/billing-entity.ts';
import { id, required, text } from '../contract/contract.ts';

/** Billing entity 6: a plan on a subscription version. */
export const ratePlan = billingEntity('rate_plan', 'raw_rate_plans', 'A rate plan of a subscription version.', {
  AccountId: id('account'),
  SubscriptionId: id('subscription', required),
  ProductRatePlanId: id('product_rate_plan'),
  ProductId: id('product'),
  Name: text(),
  AmendmentId: id('amendment'),
  AmendmentType: text({ shape: 'word' }),
});
