import { billingEntity } from '../contract/billing-entity.ts';
import { boolean, date, decimal, enumeration, id, integer, required, text } from '../contract/contract.ts';

/** Billing entity 7: a charge of a plan on a subscription version. */
export const ratePlanCharge = billingEntity(
  'rate_plan_charge',
  'raw_rate_plan_charges',
  'A charge of a rate plan of a subscription version.',
  {
    AccountId: id('account'),
    RatePlanId: id('rate_plan', required),
    SubscriptionId: id('subscription'),
    ProductRatePlanChargeId: id('product_charge'),
    ChargeNumber: text({ shape: 'reference' }),
    Name: text(),
    Description: text(),
    ChargeType: enumeration(['OneTime', 'Recurring', 'Usage']),
    ChargeModel: text(),
    BillingPeriod: text(),
    OriginalId: id('rate_plan_charge'),
    Version: integer(),
    Segment: integer(),
    IsLastSegment: boolean(),
    EffectiveStartDate: date(),
    EffectiveEndDate: date(),
    Quantity: decimal(),
    Price: decimal(),
    MRR: decimal(),
    ChargedThroughDate: date(),
  },
);
