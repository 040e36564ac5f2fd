import { booleanAt, currencyAt, epochAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Refunds of charges. */
export const stripeRefunds = sourceStream({
  platform: 'stripe',
  stream: 'refunds',
  description: 'A refund of a Stripe charge, in the minor unit that Stripe counts in.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    amount: integerAt('amount', required),
    currency: currencyAt('currency', required),
    charge: platformId(['charge', 'charge.id']),
    payment_intent: platformId(['payment_intent', 'payment_intent.id']),
    balance_transaction: platformId(['balance_transaction', 'balance_transaction.id']),
    status: textAt('status'),
    reason: textAt('reason'),
    created: epochAt('created', required),
    deleted: booleanAt('deleted'),
  },
});
