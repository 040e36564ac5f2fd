import { instantAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** What was agreed with a customer, and when: the order, a return, an edit. */
export const shopifyOrderAgreements = sourceStream({
  platform: 'shopify',
  stream: 'order_agreements',
  description: 'A sales agreement of a Shopify order: when something was sold, returned or edited.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    order_id: platformId('__parentId', required),
    happened_at: instantAt('happenedAt', required),
    reason: textAt('reason'),
  },
  indexes: ['id', 'order_id'],
});
