import { booleanAt, currencyAt, epochAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Money that Stripe pays out. */
export const stripePayouts = sourceStream({
  platform: 'stripe',
  stream: 'payouts',
  description: 'A payout of Stripe to the bank, in the minor unit that Stripe counts in.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', required),
    amount: integerAt('amount', required),
    currency: currencyAt('currency', required),
    status: textAt('status'),
    type: textAt('type'),
    method: textAt('method'),
    automatic: booleanAt('automatic'),
    balance_transaction: platformId(['balance_transaction', 'balance_transaction.id']),
    arrival_date: epochAt('arrival_date'),
    created: epochAt('created', required),
    deleted: booleanAt('deleted'),
  },
});
