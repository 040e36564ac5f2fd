import { addDays, addMonths, type LocalDate } from '../../../core/time.ts';
import type { Field } from '../../api/fields.ts';
import type { RestatedDays, Stream } from '../../api/platform.ts';
import { rowsOf, selected } from './search.ts';

/** Conversions come in for 30 days, the days of 37 months are told by day, and a week is asked for at once. */
const days: RestatedDays = { step: 7, smallest: 1, restateDays: 30, oldest: (today) => addMonths(today, -37) };

const required = { required: true } as const;
const figures: readonly Field[] = [
  { path: 'segments.date', kind: 'date', ...required },
  { path: 'customer.id', kind: 'text', ...required },
  { path: 'customer.currencyCode', kind: 'text', ...required },
  { path: 'metrics.costMicros', kind: 'integer', ...required, money: 'micros', currency: 'customer.currencyCode' },
  { path: 'metrics.impressions', kind: 'integer' },
  { path: 'metrics.clicks', kind: 'integer' },
  { path: 'metrics.conversions', kind: 'decimal' },
  { path: 'metrics.conversionsValue', kind: 'decimal', money: 'decimal', currency: 'customer.currencyCode' },
];
const campaign: readonly Field[] = [
  { path: 'campaign.id', kind: 'text', ...required },
  { path: 'campaign.name', kind: 'text' },
];
const adGroup: readonly Field[] = [
  { path: 'adGroup.id', kind: 'text', ...required },
  { path: 'adGroup.name', kind: 'text' },
];

/** What ad groups did, by day. Days without anything are left out. */
export const adGroupDay = dayStream('ad_group_day', 'ad_group', 'what an ad group cost and brought on a day', 'adGroup.id', [...figures, ...campaign, ...adGroup]);

/** What campaigns did, by day: Performance Max has no ad groups. */
export const campaignDay = dayStream('campaign_day', 'campaign', 'what a campaign cost and brought on a day', 'campaign.id', [...figures, ...campaign]);

/** What the account did, by day: the control of the others. */
export const customerDay = dayStream('customer_day', 'customer', 'what the account cost on a day, as a control', 'customer.id', figures);

function dayStream(name: string, resource: string, summary: string, key: string, fields: readonly Field[]): Stream {
  const from = `SELECT ${selected(fields.map(({ path }) => path))} FROM ${resource}`;
  return {
    ...{ name, summary, disposition: 'replace', key: ['segments.date', key], fields, deletions: 'replace' },
    ignored: ['campaign.resourceName', 'adGroup.resourceName', 'customer.resourceName'],
    extraction: {
      days,
      fetch: ({ from: first, to }, { settings }) => rowsOf(settings, `${from} WHERE segments.date BETWEEN '${first ?? ''}' AND '${to === null ? '' : addDays(to as LocalDate, -1)}'`),
    },
  };
}
