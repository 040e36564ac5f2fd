import { decimalAt, emailAt, instantAt, integerAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

/** Customers of a shop. */
export const shopifyCustomers = sourceStream({
  platform: 'shopify',
  stream: 'customers',
  description: 'A customer of a Shopify shop; of the address only the hash.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', { required: true }),
    email_sha256: emailAt(['email', 'defaultEmailAddress.emailAddress']),
    country: textAt('defaultAddress.countryCodeV2'),
    orders: integerAt('numberOfOrders'),
    spent: decimalAt('amountSpent.amount'),
    created_at: instantAt('createdAt'),
    updated_date: instantAt('updatedAt'),
  },
  indexes: ['email_sha256'],
});
