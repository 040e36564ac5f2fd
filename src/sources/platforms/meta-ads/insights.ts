import { addDays, addMonths, type LocalDate } from '../../../core/time.ts';
import type { ApiRequest } from '../../api/answer.ts';
import type { Field } from '../../api/fields.ts';
import type { Job, JobState } from '../../api/job.ts';
import type { JsonValue } from '../../api/json/json.ts';
import type { RestatedDays, Settings, Slice, Stream } from '../../api/platform.ts';
import { byCursor, ofAccount, STATUSES, VERSION } from './graph.ts';

type Level = 'adset' | 'campaign' | 'account';

const HOUR_MS = 3_600_000;
const PAGE = '500';
const FIGURES = ['account_currency', 'attribution_setting', 'spend', 'impressions', 'clicks', 'actions', 'action_values'];
const OBJECTS: Readonly<Record<Level, readonly string[]>> = {
  adset: ['campaign_id', 'campaign_name', 'adset_id', 'adset_name'],
  campaign: ['campaign_id', 'campaign_name'],
  account: [],
};

/** A day may be changed for 28 days (airbyte#23625), the days of 37 months are kept, and a week is asked for at once. */
const days: RestatedDays = { step: 7, smallest: 1, restateDays: 28, oldest: (today) => addMonths(today, -37) };

const figures: readonly Field[] = [
  { path: 'date_start', kind: 'date', required: true },
  { path: 'account_id', kind: 'text', required: true },
  { path: 'account_currency', kind: 'text', required: true },
  { path: 'attribution_setting', kind: 'text' },
  { path: 'spend', kind: 'decimal', required: true, money: 'decimal', currency: 'account_currency' },
  { path: 'impressions', kind: 'integer' },
  { path: 'clicks', kind: 'integer' },
  { path: 'actions', kind: 'json' },
  { path: 'action_values', kind: 'json' },
];
const names = (...paths: readonly string[]): Field[] => paths.map((path) => ({ path, kind: 'text', ...(path.endsWith('_id') ? { required: true as const } : {}) }));

/** What ad sets did, by day. */
export const adSetDay = insightsOf('ad_set_day', 'adset', 'what an ad set cost and brought on a day', ['date_start', 'adset_id'], names('campaign_id', 'campaign_name', 'adset_id', 'adset_name'));

/** What campaigns did, by day: with what is of no ad set any more. */
export const campaignDay = insightsOf('campaign_day', 'campaign', 'what a campaign cost and brought on a day', ['date_start', 'campaign_id'], names('campaign_id', 'campaign_name'));

/** What the account did, by day: the control of the others. */
export const accountDay = insightsOf('account_day', 'account', 'what the account cost on a day, as a control', ['date_start', 'account_id'], []);

function insightsOf(name: string, level: Level, summary: string, key: readonly string[], objects: readonly Field[]): Stream {
  return {
    ...{ name, summary, disposition: 'replace', key, fields: [...figures, ...objects], ignored: ['date_stop', 'actions', 'action_values'], deletions: 'replace' },
    extraction: { days, fetch: (slice, { settings }) => ({ kind: 'job', job: report(level, slice, settings) }) },
  };
}

/** A report run: Meta puts it together by itself, and says that it is completed some time before its result is there. */
function report(level: Level, slice: Slice, settings: Settings): Job {
  return {
    create: { ...ofAccount(settings, 'insights', {}), method: 'POST', form: reportForm(level, slice) },
    idOf: (created) => created.scalarAt('report_run_id'),
    poll: (id) => ({ method: 'GET', url: `/${VERSION}/${id}` }),
    stateOf,
    deadlineMs: HOUR_MS,
    result: { kind: 'pages', ...byCursor },
  };
}

function reportForm(level: Level, { from, to }: Slice): Readonly<Record<string, string>> {
  return {
    ...{ level, time_increment: '1', use_unified_attribution_setting: 'true' },
    time_range: JSON.stringify({ since: from, until: to === null ? null : addDays(to as LocalDate, -1) }),
    ...(level === 'account' ? {} : { filtering: JSON.stringify([{ field: `${level}.effective_status`, operator: 'IN', value: STATUSES[level] }]) }),
    fields: ['account_id', ...OBJECTS[level], ...FIGURES].join(','),
  };
}

function stateOf(polled: JsonValue, id: string): JobState {
  const status = polled.scalarAt('async_status');
  if (status === undefined) return { state: 'gone' };
  return status === 'Job Completed' ? { state: 'done', result: resultOf(id), records: undefined } : { state: 'pending' };
}

function resultOf(id: string): ApiRequest {
  return { method: 'GET', url: `/${VERSION}/${id}/insights`, query: { limit: PAGE } };
}
