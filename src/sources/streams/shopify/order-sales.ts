import { currencyAt, decimalAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** What an agreement sold or took back, with its sign. */
export const shopifyOrderSales = sourceStream({
  platform: 'shopify',
  stream: 'order_sales',
  description: 'A sale or return of a sales agreement, with signed quantity and amounts in the currency of the shop.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    agreement_id: platformId('__parentId', required),
    action: textAt('actionType'),
    line_type: textAt('lineType'),
    line_id: platformId('lineItem.id'),
    sku: textAt('lineItem.sku'),
    quantity: integerAt('quantity'),
    currency: currencyAt('totalAmount.shopMoney.currencyCode'),
    total: decimalAt('totalAmount.shopMoney.amount', required),
    tax: decimalAt('totalTaxAmount.shopMoney.amount'),
    discount: decimalAt('totalDiscountAmountBeforeTaxes.shopMoney.amount'),
  },
  indexes: ['agreement_id'],
});
