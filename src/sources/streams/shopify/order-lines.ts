import { decimalAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Lines of orders; the later batch wins, as an order comes with all of its lines. */
export const shopifyOrderLines = sourceStream({
  platform: 'shopify',
  stream: 'order_lines',
  description: 'A line of a Shopify order.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    order_id: platformId('__parentId', { ...required, references: 'shopify_order' }),
    sku: textAt('sku'),
    title: textAt(['name', 'title']),
    quantity: integerAt('quantity'),
    current_quantity: integerAt('currentQuantity'),
    original_total: decimalAt('originalTotalSet.shopMoney.amount'),
    total: decimalAt('discountedTotalSet.shopMoney.amount'),
    variant_id: platformId('variant.id'),
    product_id: platformId('product.id'),
  },
  indexes: ['order_id'],
});
