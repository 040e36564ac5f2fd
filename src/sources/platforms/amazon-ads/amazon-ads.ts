import type { LocalDate } from '../../../core/time.ts';
import type { Platform } from '../../api/platform.ts';
import { errors } from './errors.ts';
import { profileOf, profiles } from './profiles.ts';
import { sbCampaignDay, sdCampaignDay, spAdGroupDay } from './reports.ts';

/** Ads on Amazon: what ad groups and campaigns cost and brought by day, by reports that Amazon puts together; the profile. */
export const amazonAds: Platform = {
  name: 'amazon_ads',
  title: 'Amazon Ads',
  references: [
    'Amazon Ads reporting v3, "Campaign reports", read 2026-11: columns by report, 31 days at once; kept for 95 days (products), 60 (brands) and 65 (display)',
    "airbyte source-amazon-ads AGENTS.md and components.py, 2026: columns are opt-in and missing ones silent, one wrong fails all; a 425 names the report that runs already",
    'Amazon Ads API, authorization and hosts by region, from memory: Login with Amazon, and the headers ClientId and Scope of every request',
    'Amazon Ads reporting v3, "Get started", from memory: a report takes up to three hours, DELETE calls it off; its URL ends after a while, and the report gives another one',
    'No end of v3 is known, read 2026-11; a unified v1 is there beside it; the day on which it came out is from memory',
    'That figures of a day change for 30 days is inferred from the longest window of attribution',
    'Reports of whole profiles are not among those of v3: there is no control of the sums of an account',
  ],
  settings: {
    profile: { form: /^\d{1,20}$/, meaning: 'the number of the profile', inRequests: true },
    region: { form: /^(?:na|eu|fe)$/, meaning: 'na, eu or fe: where the profile is' },
  },
  api: {
    baseUrl: ({ region = '' }) => `https://advertising-api${region === 'na' ? '' : `-${region}`}.amazon.com`,
    version: { value: 'v3', released: '2022-10-01' as LocalDate, ends: null, known: '2026-11-28' as LocalDate },
    headers: {},
    accountHeaders: ({ settings, credentials }) => ({ 'amazon-advertising-api-clientid': credentials['client_id'] ?? '', 'amazon-advertising-api-scope': settings['profile'] ?? '' }),
  },
  auth: { kind: 'refresh_token', url: 'https://api.amazon.com/auth/o2/token', clientId: 'client_id', clientSecret: 'client_secret', refreshToken: 'refresh_token', header: { name: 'authorization', prefix: 'Bearer ' } },
  budget: { concurrency: 2 },
  errors,
  profile: { request: profileOf, zone: 'timezone', currency: 'currencyCode' },
  check: profileOf,
  streams: [spAdGroupDay, sbCampaignDay, sdCampaignDay, profiles],
};
