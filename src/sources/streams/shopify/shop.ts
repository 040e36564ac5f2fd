import { currencyAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

/** The shop itself. */
export const shopifyShop = sourceStream({
  platform: 'shopify',
  stream: 'shop',
  description: 'A Shopify shop: its zone and its currency.',
  disposition: 'versioned',
  fields: {
    id: platformId('id', { required: true }),
    domain: textAt('myshopifyDomain'),
    zone: textAt('ianaTimezone'),
    currency: currencyAt('currencyCode'),
  },
});
