import { billingEntity } from '../contract/billing-entity.ts';
import { currency, date, decimal, enumeration, id, required, text } from '../contract/contract.ts';

/** Billing entity 4: the catalog. */
export const productCharge = billingEntity(
  'product_charge',
  'raw_product_charges',
  'A charge of a product rate plan in the catalog.',
  {
    ProductId: id('product', required),
    ProductName: text(),
    ProductSKU: text({ shape: 'sku' }),
    ProductCategory: text(),
    ProductRatePlanId: id('product_rate_plan', required),
    ProductRatePlanName: text(),
    Name: text(),
    ChargeType: enumeration(['OneTime', 'Recurring', 'Usage']),
    ChargeModel: text(),
    BillingPeriod: text(),
    ListPrice: decimal(),
    Currency: currency(),
    ApplyDiscountTo: text(),
    UOM: text(),
    AccountingCode: text(),
    EffectiveStartDate: date(),
    EffectiveEndDate: date(),
  },
);
