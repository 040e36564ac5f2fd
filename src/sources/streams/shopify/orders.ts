import { booleanAt, currencyAt, decimalAt, emailAt, hostAt, instantAt, platformId, sourceStream, textAt, type FieldSpec } from '../../contract/source-stream.ts';

const required = { required: true } as const;
const visit = (which: 'first' | 'last'): Readonly<Record<string, FieldSpec>> => {
  const at = `customerJourneySummary.${which}Visit`;
  return {
    [`${which}_source`]: textAt(`${at}.source`),
    [`${which}_utm_source`]: textAt(`${at}.utmParameters.source`),
    [`${which}_utm_medium`]: textAt(`${at}.utmParameters.medium`),
    [`${which}_utm_campaign`]: textAt(`${at}.utmParameters.campaign`),
    [`${which}_referrer_host`]: hostAt(`${at}.referrerUrl`),
  };
};
const money = (name: string): FieldSpec => decimalAt(`${name}.shopMoney.amount`);

/** Orders of a shop, in the shop's currency. */
export const shopifyOrders = sourceStream({
  platform: 'shopify',
  stream: 'orders',
  description: 'An order of a Shopify shop, in the currency of the shop; of the address only the hash.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    order_name: textAt('name'),
    customer_id: platformId('customer.id'),
    email_sha256: emailAt(['email', 'customer.email', 'customer.defaultEmailAddress.emailAddress']),
    country: textAt(['shippingAddress.countryCodeV2', 'billingAddress.countryCodeV2']),
    currency: currencyAt(['currencyCode', 'totalPriceSet.shopMoney.currencyCode'], required),
    subtotal: money('subtotalPriceSet'),
    discount: money('totalDiscountsSet'),
    shipping: money('totalShippingPriceSet'),
    tax: money('totalTaxSet'),
    total: decimalAt('totalPriceSet.shopMoney.amount', required),
    refunded: money('totalRefundedSet'),
    financial_status: textAt('displayFinancialStatus'),
    fulfillment_status: textAt('displayFulfillmentStatus'),
    is_test: booleanAt('test'),
    source_name: textAt('sourceName'),
    ...visit('first'),
    ...visit('last'),
    created_at: instantAt('createdAt', required),
    processed_at: instantAt('processedAt'),
    cancelled_at: instantAt('cancelledAt'),
    closed_at: instantAt('closedAt'),
    updated_date: instantAt('updatedAt', { ...required, note: 'The newest row of a key wins.' }),
  },
  indexes: ['id', 'email_sha256'],
});
