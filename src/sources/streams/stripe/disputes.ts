import { booleanAt, currencyAt, epochAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Charges that a customer disputes. */
export const stripeDisputes = sourceStream({
  platform: 'stripe',
  stream: 'disputes',
  description: 'A dispute about a Stripe charge, in the minor unit that Stripe counts in.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    amount: integerAt('amount', required),
    currency: currencyAt('currency', required),
    charge: platformId(['charge', 'charge.id']),
    status: textAt('status'),
    reason: textAt('reason'),
    created: epochAt('created', required),
    deleted: booleanAt('deleted'),
  },
});
