import type { LocalDate } from '../../../core/time.ts';
import type { ApiRequest } from '../../api/answer.ts';
import type { Platform, Settings } from '../../api/platform.ts';
import { adGroupDay, campaignDay, customerDay } from './days.ts';
import { errors } from './errors.ts';
import { adGroups, campaigns, customer, PROFILE_QUERY } from './objects.ts';
import { quotaWait } from './quota.ts';
import { search, VERSION } from './search.ts';

const profileOf = (settings: Settings): ApiRequest => search(settings, PROFILE_QUERY);
const customerId = /^\d{10}$/;

/** Ads on Google: what campaigns and ad groups cost and brought by day, by one query a week; campaigns, ad groups, account. */
export const googleAds: Platform = {
  name: 'google_ads',
  title: 'Google Ads',
  references: [
    'Google Ads developer blog of 2025-09-04 and reference v26 of 2026-10-13: v26 answers from October 2026 to November 2027; of that month its first day is taken',
    'Google Ads developer token page, read 2026-09: since 2026-09-09 access is that of the Cloud project, 2,880 operations a day (Explorer) or 15,000 (Basic), without a developer token',
    'Google Ads API searchStream, read 2026-11: one operation a query, an array of batches without pages, int64 as strings',
    'DateRangeError v26, read 2026-10: days of more than 37 months ago are not told by day',
    'QuotaErrorDetails v26, read 2026-10: a refusal names its retryDelay',
    'That figures of a day change for 30 days is inferred from the usual conversion window',
  ],
  settings: {
    customer: { form: customerId, meaning: 'the ten digits of the customer, without dashes', inRequests: true },
    manager: { form: customerId, meaning: 'the ten digits of the manager account through which it is reached', inRequests: true, optional: true },
  },
  api: {
    baseUrl: () => 'https://googleads.googleapis.com',
    version: { value: VERSION, released: '2026-10-13' as LocalDate, ends: '2027-11-01' as LocalDate, known: '2026-11-28' as LocalDate },
    headers: {},
  },
  auth: { kind: 'service_account', credential: 'service_account', scope: 'https://www.googleapis.com/auth/adwords' },
  budget: { concurrency: 2, waitOf: quotaWait },
  errors,
  profile: { request: profileOf, zone: '0.results.0.customer.timeZone', currency: '0.results.0.customer.currencyCode' },
  check: profileOf,
  streams: [adGroupDay, campaignDay, customerDay, campaigns, adGroups, customer],
};
