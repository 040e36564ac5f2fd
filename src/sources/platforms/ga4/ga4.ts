import type { LocalDate } from '../../../core/time.ts';
import type { Platform } from '../../api/platform.ts';
import { errors } from './errors.ts';
import { quotaWait } from './quota.ts';
import { channelDay, smallestReport, VERSION, warnings } from './report.ts';

/** Google Analytics 4: what visits each channel brought by day, by one report a day. */
export const ga4: Platform = {
  name: 'ga4',
  title: 'Google Analytics 4',
  references: [
    'Google Analytics Data API limits and quotas, read 2026-11: 200,000 tokens a day, 40,000 an hour, 14,000 an hour and project, 10 requests at once; those of a day are free again at midnight Pacific time, those of an hour within an hour',
    'ResponseMetaData v1beta, read 2026-11: dataLossFromOtherRow, samplingMetadatas, subjectToThresholding, currencyCode, timeZone',
    'properties.runReport v1beta, read 2026-11: limit up to 250,000 rows, offset, rowCount; v1beta names no end',
    'The words of refusals ("Exhausted property tokens … per hour"), that there are no days before 2015-08-14, and the day on which v1beta came out, from memory',
    'That figures of a day change for 4 days is inferred',
  ],
  settings: { property: { form: /^\d{1,20}$/, meaning: 'the number of the property, not the measurement id (G-…)', inRequests: true } },
  api: {
    baseUrl: () => 'https://analyticsdata.googleapis.com',
    version: { value: VERSION, released: '2021-03-31' as LocalDate, ends: null, known: '2026-11-28' as LocalDate },
    headers: {},
  },
  auth: { kind: 'service_account', credential: 'service_account', scope: 'https://www.googleapis.com/auth/analytics.readonly' },
  budget: { concurrency: 2, cost: 'propertyQuota.tokensPerHour.consumed', waitOf: quotaWait },
  errors,
  warnings,
  profile: { request: smallestReport, zone: 'metadata.timeZone', currency: 'metadata.currencyCode' },
  check: smallestReport,
  streams: [channelDay],
};
