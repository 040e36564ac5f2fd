import { booleanAt, currencyAt, emailAt, epochAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

/** Customers; one that was deleted comes with its id and `deleted` alone. */
export const stripeCustomers = sourceStream({
  platform: 'stripe',
  stream: 'customers',
  description: 'A customer of Stripe; of the address only the hash.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', { required: true }),
    email_sha256: emailAt('email'),
    country: textAt('address.country'),
    currency: currencyAt('currency'),
    delinquent: booleanAt('delinquent'),
    livemode: booleanAt('livemode'),
    created: epochAt('created'),
    deleted: booleanAt('deleted'),
  },
  indexes: ['email_sha256'],
});
