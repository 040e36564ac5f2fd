import { currencyAt, epochAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** Which movements a payout paid out. */
export const stripePayoutMovements = sourceStream({
  platform: 'stripe',
  stream: 'payout_movements',
  description: 'A movement of the Stripe balance as part of the payout that paid it out.',
  disposition: 'versioned',
  key: ['__parentId', 'id'],
  fields: {
    id: platformId('id', required),
    payout: platformId('__parentId', required),
    amount: integerAt('amount'),
    currency: currencyAt('currency'),
    type: textAt('type'),
    created: epochAt('created'),
  },
  indexes: ['id', 'payout'],
});
