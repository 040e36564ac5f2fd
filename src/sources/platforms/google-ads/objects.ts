import type { Field } from '../../api/fields.ts';
import type { Stream } from '../../api/platform.ts';
import { rowsOf, selected } from './search.ts';

const required = { required: true } as const;
const text = (...paths: readonly string[]): Field[] => paths.map((path) => ({ path, kind: 'text' }));
const integer = (...paths: readonly string[]): Field[] => paths.map((path) => ({ path, kind: 'integer' }));

/** All campaigns with their budget. */
export const campaigns = snapshot('campaigns', 'campaign', 'campaigns with status and budget, as of now', 'campaign.id', [
  ...text('campaign.name', 'campaign.status', 'campaign.advertisingChannelType', 'campaignBudget.period'),
  ...integer('campaignBudget.amountMicros', 'campaignBudget.totalAmountMicros'),
]);

/** All ad groups. */
export const adGroups = snapshot('ad_groups', 'ad_group', 'ad groups with their status, as of now', 'adGroup.id', text('adGroup.name', 'adGroup.status', 'campaign.id'));

/** What tells the zone and the currency of an account. */
export const PROFILE_QUERY = 'SELECT customer.id, customer.time_zone, customer.currency_code FROM customer';

/** The account: the zone of its days and the currency of its amounts. */
export const customer = snapshot('customer', 'customer', 'the account, with its time zone and currency', 'customer.id', text('customer.descriptiveName', 'customer.status', 'customer.timeZone', 'customer.currencyCode'));

function snapshot(name: string, resource: string, summary: string, key: string, more: readonly Field[]): Stream {
  const fields: readonly Field[] = [{ path: key, kind: 'text', ...required }, ...more];
  return {
    ...{ name, summary, disposition: 'snapshot', key: [key], fields, deletions: 'replace' },
    ignored: ['campaign.resourceName', 'adGroup.resourceName', 'customer.resourceName', 'campaignBudget.resourceName'],
    extraction: { fetch: (_slice, { settings }) => rowsOf(settings, `SELECT ${selected(fields.map(({ path }) => path))} FROM ${resource}`) },
  };
}
