import type { LocalDate } from '../../../core/time.ts';
import type { ApiRequest } from '../../api/answer.ts';
import type { Platform, Settings } from '../../api/platform.ts';
import { errors } from './errors.ts';
import { ofAccount, VERSION } from './graph.ts';
import { accountDay, adSetDay, campaignDay } from './insights.ts';
import { account, adSets, campaigns, PROFILE_QUERY } from './objects.ts';
import { usageWait } from './usage.ts';

const profileOf = (settings: Settings): ApiRequest => ofAccount(settings, '', PROFILE_QUERY);

/** Ads on Facebook and Instagram: what campaigns and ad sets cost and brought by day, by report run; campaigns, ad sets, account. */
export const metaAds: Platform = {
  name: 'meta_ads',
  title: 'Meta Ads',
  references: [
    'Meta Marketing API version history, read 2026-11: v26.0 of 2026-07-29 names no end; v25 ends 2027-02-23, v24 ended 2026-11-10; that a version answers for a year at least is assumed',
    'Meta developer blog of 2026-01-08: since v25 a report run that failed says error_code and error_subcode',
    'Marketing API insights/error-codes, of 2026-05-21: which subcodes are too much data, a passing failure, or one for good',
    'Marketing API rate limiting, read 2026-11: usage in percent and minutes to regain access, in the headers of every answer',
    'airbyte#23625: figures of a day change for 28 days',
    'Marketing API "Currency codes" (offsets), read 2026-11: currencies whose budgets have other digits than by ISO 4217',
    'Marketing API insights, "Deleted and archived objects", from memory: they are left out unless effective_status is filtered by',
    'Insights are kept for 37 months (Marketing API insights, read 2026-11)',
  ],
  settings: { ad_account: { form: /^\d{1,20}$/, meaning: 'the number of the ad account, without act_', inRequests: true } },
  api: {
    baseUrl: () => 'https://graph.facebook.com',
    version: { value: VERSION, released: '2026-07-29' as LocalDate, ends: null, promiseMonths: 12, known: '2026-11-28' as LocalDate },
    headers: {},
    servedHeader: 'facebook-api-version',
  },
  auth: { kind: 'bearer', credential: 'access_token' },
  budget: { concurrency: 2, waitOf: usageWait },
  errors,
  minorDigits: { COP: 0, CRC: 0, HUF: 0, IDR: 0, ISK: 0, TWD: 0, BHD: 2, JOD: 2 },
  profile: { request: profileOf, zone: 'timezone_name', currency: 'currency' },
  check: profileOf,
  streams: [adSetDay, campaignDay, accountDay, campaigns, adSets, account],
};
