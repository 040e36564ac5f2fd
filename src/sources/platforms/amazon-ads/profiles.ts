import type { ApiRequest } from '../../api/answer.ts';
import type { Settings, Stream } from '../../api/platform.ts';

/** The profile that an account is: what Amazon calls an advertiser in one marketplace. */
export function profileOf({ profile = '' }: Settings): ApiRequest {
  return { method: 'GET', url: `/v2/profiles/${profile}` };
}

/** The profile: the zone of its days and the currency of its amounts. */
export const profiles: Stream = {
  name: 'profiles',
  summary: 'the profile, with its time zone and currency',
  disposition: 'snapshot',
  key: ['profileId'],
  fields: [
    { path: 'profileId', kind: 'text', required: true },
    { path: 'accountInfo.name', kind: 'text' },
    { path: 'countryCode', kind: 'text' },
    { path: 'currencyCode', kind: 'text', required: true },
    { path: 'timezone', kind: 'text', required: true },
  ],
  ignored: ['dailyBudget', 'accountInfo.id', 'accountInfo.marketplaceStringId', 'accountInfo.type', 'accountInfo.validPaymentMethod'],
  deletions: 'replace',
  extraction: { fetch: (_slice, { settings }) => ({ kind: 'pages', request: profileOf(settings), paginator: { kind: 'none' }, records: { kind: 'json', path: '' } }) },
};
