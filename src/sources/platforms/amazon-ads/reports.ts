import { addDays, type LocalDate } from '../../../core/time.ts';
import type { Field } from '../../api/fields.ts';
import type { Job, JobState } from '../../api/job.ts';
import type { JsonValue } from '../../api/json/json.ts';
import type { RestatedDays, Slice, Stream } from '../../api/platform.ts';

/** A kind of ads with the report that tells of its days. */
interface Report {
  readonly name: string;
  readonly summary: string;
  readonly adProduct: string;
  readonly reportTypeId: string;
  readonly groupBy: readonly string[];
  readonly key: string;
  /** For so many days back there are reports. */
  readonly keptDays: number;
  /** Columns are opt-in, and one that the report does not know fails all of it. */
  readonly fields: readonly Field[];
}

const HOUR_MS = 3_600_000;
/** A report may be pending for three hours. */
const DEADLINE_MS = 3 * HOUR_MS;
const PATH = '/reporting/reports';
const CREATE = 'application/vnd.createasyncreportrequest.v3+json';

const required = { required: true } as const;
const money = { money: 'decimal', currency: 'campaignBudgetCurrencyCode' } as const;
const common: readonly Field[] = [
  { path: 'date', kind: 'date', ...required },
  { path: 'campaignId', kind: 'text', ...required },
  { path: 'campaignName', kind: 'text' },
  { path: 'campaignStatus', kind: 'text' },
  { path: 'campaignBudgetAmount', kind: 'decimal', ...money },
  { path: 'campaignBudgetCurrencyCode', kind: 'text', ...required },
  { path: 'cost', kind: 'decimal', ...required, ...money },
  { path: 'impressions', kind: 'integer' },
  { path: 'clicks', kind: 'integer' },
];
const budgetType: Field = { path: 'campaignBudgetType', kind: 'text' };
const claimed = (purchases: string, sales: string): Field[] => [{ path: purchases, kind: 'decimal' }, { path: sales, kind: 'decimal', ...money }];

/** What ad groups of Sponsored Products did, by day. What was not shown is left out. */
export const spAdGroupDay = reportStream({
  ...{ name: 'sp_ad_group_day', summary: 'what an ad group of Sponsored Products cost and brought on a day', key: 'adGroupId', keptDays: 95 },
  ...{ adProduct: 'SPONSORED_PRODUCTS', reportTypeId: 'spCampaigns', groupBy: ['campaign', 'adGroup'] },
  fields: [...common, budgetType, { path: 'adGroupId', kind: 'text', ...required }, { path: 'adGroupName', kind: 'text' }, ...claimed('purchases14d', 'sales14d')],
});

/** What campaigns of Sponsored Brands did, by day. */
export const sbCampaignDay = reportStream({
  ...{ name: 'sb_campaign_day', summary: 'what a campaign of Sponsored Brands cost and brought on a day', key: 'campaignId', keptDays: 60 },
  ...{ adProduct: 'SPONSORED_BRANDS', reportTypeId: 'sbCampaigns', groupBy: ['campaign'] },
  fields: [...common, budgetType, ...claimed('purchases', 'sales')],
});

/** What campaigns of Sponsored Display did, by day. */
export const sdCampaignDay = reportStream({
  ...{ name: 'sd_campaign_day', summary: 'what a campaign of Sponsored Display cost and brought on a day', key: 'campaignId', keptDays: 65 },
  ...{ adProduct: 'SPONSORED_DISPLAY', reportTypeId: 'sdCampaigns', groupBy: ['campaign'] },
  fields: [...common, ...claimed('purchases', 'sales')],
});

function reportStream(report: Report): Stream {
  const { name, summary, key, fields } = report;
  return {
    ...{ name, summary, disposition: 'replace', key: ['date', key], fields, ignored: [], deletions: 'replace' },
    extraction: { days: daysOf(report), fetch: (slice) => ({ kind: 'job', job: jobOf(report, slice) }) },
  };
}

/** Conversions come in for 30 days, which is inferred from the longest window of attribution; a report has 31 days at most. */
function daysOf({ keptDays }: Report): RestatedDays {
  return { step: 31, smallest: 1, restateDays: 30, oldest: (today) => addDays(today, -keptDays) };
}

function jobOf({ name, adProduct, reportTypeId, groupBy, fields }: Report, { from, to }: Slice): Job {
  const endDate = to === null ? null : addDays(to as LocalDate, -1);
  const configuration = { adProduct, groupBy, columns: fields.map(({ path }) => path), reportTypeId, timeUnit: 'DAILY', format: 'GZIP_JSON' };
  return {
    create: { method: 'POST', url: PATH, headers: { 'content-type': CREATE }, body: { name: `hub ${name} ${from ?? ''} ${endDate ?? ''}`, startDate: from, endDate, configuration } },
    idOf: (created) => created.scalarAt('reportId'),
    poll: (id) => ({ method: 'GET', url: `${PATH}/${id}` }),
    stateOf,
    cancel: (id) => ({ method: 'DELETE', url: `${PATH}/${id}` }),
    deadlineMs: DEADLINE_MS,
    result: { kind: 'array', packed: 'gzip' },
  };
}

/** A report that is completed and has no URL yet is not ready. */
function stateOf(polled: JsonValue): JobState {
  const url = polled.scalarAt('url');
  switch (polled.scalarAt('status')) {
    case 'COMPLETED':
      return url === undefined || url === '' ? { state: 'pending' } : { state: 'done', result: { method: 'GET', url }, records: undefined };
    case 'FAILED':
    case 'CANCELLED':
      return { state: 'failed' };
    case undefined:
      return { state: 'gone' };
    default:
      return { state: 'pending' };
  }
}
