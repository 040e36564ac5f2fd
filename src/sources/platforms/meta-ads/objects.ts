import type { Field } from '../../api/fields.ts';
import type { Stream } from '../../api/platform.ts';
import { listOf, ofAccount } from './graph.ts';

/** Of the account: budgets are in its minor units, with Meta's own digits. */
const common: readonly Field[] = [
  { path: 'id', kind: 'text', required: true },
  { path: 'name', kind: 'text' },
  { path: 'effective_status', kind: 'text' },
  { path: 'daily_budget', kind: 'integer' },
  { path: 'lifetime_budget', kind: 'integer' },
];
const pathsOf = (fields: readonly Field[]): string[] => fields.map(({ path }) => path);

const campaignFields: readonly Field[] = [...common, { path: 'objective', kind: 'text' }];

/** All campaigns, those that are deleted or archived too. */
export const campaigns: Stream = {
  name: 'campaigns',
  summary: 'campaigns with status and budget, as of now',
  disposition: 'snapshot',
  key: ['id'],
  fields: campaignFields,
  ignored: [],
  deletions: 'replace',
  extraction: { fetch: (_slice, { settings }) => listOf(settings, 'campaign', pathsOf(campaignFields)) },
};

const adSetFields: readonly Field[] = [...common, { path: 'campaign_id', kind: 'text', required: true }];

/** All ad sets, those that are deleted or archived too. */
export const adSets: Stream = {
  name: 'ad_sets',
  summary: 'ad sets with status and budget, as of now',
  disposition: 'snapshot',
  key: ['id'],
  fields: adSetFields,
  ignored: [],
  deletions: 'replace',
  extraction: { fetch: (_slice, { settings }) => listOf(settings, 'adset', pathsOf(adSetFields)) },
};

const accountFields: readonly Field[] = [
  { path: 'account_id', kind: 'text', required: true },
  { path: 'name', kind: 'text' },
  { path: 'account_status', kind: 'integer' },
  { path: 'currency', kind: 'text', required: true },
  { path: 'timezone_name', kind: 'text', required: true },
];

/** What tells the zone and the currency of an account. */
export const PROFILE_QUERY = { fields: 'currency,timezone_name' };

/** The ad account: the zone of its days and the currency of its amounts. */
export const account: Stream = {
  name: 'account',
  summary: 'the ad account, with its time zone and currency',
  disposition: 'snapshot',
  key: ['account_id'],
  fields: accountFields,
  ignored: ['id'],
  deletions: 'replace',
  extraction: {
    fetch: (_slice, { settings }) => ({ kind: 'pages', request: ofAccount(settings, '', { fields: pathsOf(accountFields).join(',') }), paginator: { kind: 'none' }, records: { kind: 'json', path: '' } }),
  },
};
