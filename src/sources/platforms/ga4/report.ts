import { addDays, type LocalDate } from '../../../core/time.ts';
import type { ApiRequest, JsonObject } from '../../api/answer.ts';
import type { Field } from '../../api/fields.ts';
import type { JsonValue } from '../../api/json/json.ts';
import type { Pages, RestatedDays, Settings, Slice, Stream } from '../../api/platform.ts';

/** The version that every path names. */
export const VERSION = 'v1beta';
const LIMIT = 250_000;
/** Reports of days before it are refused. */
const FIRST_DAY = '2015-08-14' as LocalDate;

const DIMENSIONS = ['date', 'sessionDefaultChannelGroup', 'sessionSource', 'sessionMedium', 'sessionCampaignName'] as const;
const required = { required: true } as const;
const metrics: readonly Field[] = [
  { path: 'sessions', kind: 'integer', ...required },
  { path: 'engagedSessions', kind: 'integer' },
  { path: 'keyEvents', kind: 'decimal' },
  { path: 'purchaseRevenue', kind: 'decimal', money: 'decimal', currency: '__currencyCode' },
];
/** What is said of a report as a whole, which each of its rows gets. */
const BESIDE = { __currencyCode: 'metadata.currencyCode', __timeZone: 'metadata.timeZone', __dataLossFromOtherRow: 'metadata.dataLossFromOtherRow', __subjectToThresholding: 'metadata.subjectToThresholding', __samplingMetadatas: 'metadata.samplingMetadatas' };
const fields: readonly Field[] = [
  ...DIMENSIONS.map((path): Field => ({ path, kind: path === 'date' ? 'date' : 'text', ...required })),
  ...metrics,
  { path: '__currencyCode', kind: 'text', ...required },
];

/** A day by itself is not sampled, and has less in its (other) row. Attribution changes for some days, which is inferred. */
const days: RestatedDays = { step: 1, smallest: 1, restateDays: 4, oldest: () => FIRST_DAY };

/** Sessions by channel group, source, medium and campaign of a day. Users and reach are not additive: they are not asked for. */
export const channelDay: Stream = {
  ...{ name: 'channel_day', summary: 'sessions, key events and revenue by channel, source, medium and campaign of a day', disposition: 'replace', key: DIMENSIONS, fields, deletions: 'replace' },
  ignored: ['__timeZone', '__dataLossFromOtherRow', '__subjectToThresholding', '__samplingMetadatas'],
  extraction: { days, fetch: (slice, { settings }) => report(settings, slice) },
};

/** What a report may say against itself: batches name it. */
export const warnings: Readonly<Record<string, string>> = {
  sampled: 'figures that are estimates from a sample',
  thresholded: 'rows left out that could tell of single persons',
  other_row: 'rows put together as (other)',
};

function report(settings: Settings, { from, to }: Slice): Pages {
  const range = { startDate: from, endDate: to === null ? null : addDays(to as LocalDate, -1) };
  const body = { dimensions: named(DIMENSIONS), metrics: named(metrics.map(({ path }) => path)), offset: '0', limit: String(LIMIT) };
  return {
    kind: 'pages',
    request: runReport(settings, range, body),
    paginator: { kind: 'offset', param: 'offset', limit: LIMIT, total: 'rowCount', as: 'body_text' },
    records: {
      kind: 'rows',
      rows: 'rows',
      columns: [
        { headers: 'dimensionHeaders', name: 'name', values: 'dimensionValues', value: 'value' },
        { headers: 'metricHeaders', name: 'name', values: 'metricValues', value: 'value' },
      ],
      beside: BESIDE,
    },
    warningsOf,
  };
}

function warningsOf(body: JsonValue): string[] {
  const isTrue = (name: string): boolean => body.scalarAt(`metadata.${name}`) === 'true';
  const isSampled = body.at('metadata.samplingMetadatas.0') !== undefined;
  return [...(isSampled ? ['sampled'] : []), ...(isTrue('subjectToThresholding') ? ['thresholded'] : []), ...(isTrue('dataLossFromOtherRow') ? ['other_row'] : [])];
}

/** The cheapest report, which tells the zone and the currency of the property. */
export function smallestReport(settings: Settings): ApiRequest {
  return runReport(settings, { startDate: 'yesterday', endDate: 'yesterday' }, { metrics: named(['sessions']), limit: '1' });
}

function runReport({ property = '' }: Settings, range: JsonObject, body: JsonObject): ApiRequest {
  return { method: 'POST', url: `/${VERSION}/properties/${property}:runReport`, body: { dateRanges: [range], ...body, returnPropertyQuota: true } };
}

function named(names: readonly string[]): JsonObject[] {
  return names.map((name) => ({ name }));
}
