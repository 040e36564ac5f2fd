import { currencyAt, platformId, sourceStream, textAt } from '../../contract/source-stream.ts';

const required = { required: true } as const;

/** The profile. */
export const amazonProfiles = sourceStream({
  platform: 'amazon_ads',
  stream: 'profiles',
  description: 'A profile on Amazon Ads, which is an advertiser in a marketplace: its zone and its currency.',
  disposition: 'snapshot',
  key: ['profileId'],
  fields: {
    id: platformId('profileId', required),
    name: textAt('accountInfo.name'),
    country: textAt('countryCode'),
    currency: currencyAt('currencyCode', required),
    zone: textAt('timezone', required),
  },
  owners: [],
});
