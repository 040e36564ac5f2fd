import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import type { Fetch, Platform } from '../../../src/sources/api/platform.ts';
import { ga4 } from '../../../src/sources/platforms/ga4/ga4.ts';
import { Ga4Simulator, type WebVisits } from '../../simulators/ga4/ga4.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, valuesOf, type Ask, type Extraction } from './extraction.ts';

const HOUR_MS = 3_600_000;
const visits = (source: string, sessions: number): WebVisits => ({ channel: 'Paid Social', source, medium: 'cpc', campaign: '(not set)', sessions, keyEvents: 2.5, revenue: '120.5' });

describeEachDatabase('extracting from Google Analytics', (suite) => {
  let simulator: Ga4Simulator;
  let lake: SourceLake;
  let extraction: Extraction;
  const waits: number[] = [];
  const extract = (ask: Ask = {}, more: Partial<Extraction> = {}) => extractFrom({ ...extraction, ...more }, ask);
  const feed = { platform: 'ga4', stream: 'channel_day', account: 'main' };
  const manifests = async () => Promise.all((await lake.batches(feed)).map((batch) => lake.manifest({ ...feed, batch })));

  beforeEach(async () => {
    simulator = await new Ga4Simulator().start();
    await suite.empty();
    lake = openFolderLake(temporaryFolder('sources'));
    waits.length = 0;
    extraction = { database: suite.database, lake, platform: ga4, simulator, secrets: new Map([['SERVICE_ACCOUNT', simulator.serviceAccount]]), account: { start: '2026-11-25' as LocalDate, settings: { property: '987654321' } }, waits };
    for (const day of ['2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28']) simulator.visits.set(day, [visits('meta', 41), visits('google', 7), { ...visits('(other)', 3), channel: '(other)' }]);
  });
  afterEach(() => simulator.close());

  test('asks for one day at a time, and makes records of rows and headers, with what is said of the whole', async () => {
    expect((await extract()).items).toMatchObject([{ stream: 'channel_day', status: 'done', batches: 4, records: 12, requests: 4, final_until: null }]);
    expect((await manifests()).map((manifest) => [manifest?.replaces?.[0], manifest?.zone, manifest?.currency, manifest?.warnings])).toEqual(['2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28'].map((day) => [day, 'Europe/Zurich', 'CHF', []]));
    const [first] = await recordsInLake(lake, 'channel_day', 'ga4');
    expect(first).toBe('{"date":"20261125","sessionDefaultChannelGroup":"Paid Social","sessionSource":"meta","sessionMedium":"cpc","sessionCampaignName":"(not set)","sessions":"41","engagedSessions":"0","keyEvents":"2.5","purchaseRevenue":"120.5","__currencyCode":"CHF","__timeZone":"Europe/Zurich"}');
  });

  test('reads page after page, as long as the total says that there are more', async () => {
    const small = await extract({}, { platform: withLimit(2) });
    expect(small.items).toMatchObject([{ records: 12, requests: 8 }]);
    expect(valuesOf(await recordsInLake(lake, 'channel_day', 'ga4'), 'sessionSource').slice(0, 3)).toEqual(['meta', 'google', '(other)']);
  });

  test('names what is sampled, thresholded or put together, in batches and in the report', async () => {
    simulator.flaws.set('2026-11-26', { sampled: true, otherRow: true }).set('2026-11-27', { sampled: true }).set('2026-11-25', { thresholded: true });
    simulator.visits.delete('2026-11-25');
    const report = await extract();
    expect(report).toMatchObject({ status: 'succeeded', items: [{ records: 9, warnings: { sampled: 2, thresholded: 1, other_row: 1 } }] });
    expect(report.warnings).toEqual([
      'ga4 main channel_day: 1 batch has rows put together as (other).',
      'ga4 main channel_day: 2 batches have figures that are estimates from a sample.',
      'ga4 main channel_day: 1 batch has rows left out that could tell of single persons.',
    ]);
    // A day without rows says it, too: it is no quiet zero.
    expect((await manifests()).map((manifest) => [manifest?.records, manifest?.warnings])).toEqual([[0, ['thresholded']], [3, ['other_row', 'sampled']], [3, ['sampled']], [3, []]]);
    expect((await recordsInLake(lake, 'channel_day', 'ga4'))[0]).toContain('"__dataLossFromOtherRow":true,"__samplingMetadatas":[{"samplesReadCount":"500000","samplingSpaceSize":"9007199254740993"}]');
    const counts = await suite.database.read((knex) => knex<{ counts: string }>('extract_batches').orderBy('batch').pluck('counts'));
    expect(counts.map((text) => (JSON.parse(text) as { warnings: string[] }).warnings)).toEqual([['thresholded'], ['other_row', 'sampled'], ['sampled'], []]);
  });

  test('ends before the tokens of the hour do, and goes on with the day that is next once they are free again', async () => {
    simulator.tokensPerHour = 1_000;
    simulator.cost = 300;
    expect((await extract()).items).toMatchObject([{ status: 'waiting', error_code: 'throttled', batches: 2, records: 6, throttled_until: '2026-11-28T11:00:00.000Z' }]);
    const asked = simulator.requests.length;
    simulator.now += HOUR_MS / 2;
    expect((await extract()).items).toMatchObject([{ status: 'left_out', requests: 0 }]);
    expect(simulator.requests).toHaveLength(asked);
    simulator.now += HOUR_MS / 2;
    expect((await extract()).items).toMatchObject([{ status: 'done', batches: 2, records: 6 }]);
    expect((await manifests()).map((manifest) => manifest?.replaces?.[0])).toEqual(['2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28']);
  });

  test('tokens of a day that are used up are free again at midnight Pacific time, those of a refusal as it names them', async () => {
    simulator.tokensPerDay = 25;
    expect((await extract()).items).toMatchObject([{ status: 'waiting', error_code: 'throttled', batches: 1, throttled_until: '2026-11-29T08:00:00.000Z' }]);
    simulator.now += 23 * HOUR_MS;
    simulator.tokensPerDay = 200_000;
    simulator.spoil({ request: /sessionSource/, how: refusal('Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.') });
    expect((await extract()).items).toMatchObject([{ status: 'waiting', error_code: 'throttled', throttled_until: '2026-11-29T10:00:00.000Z' }]);
    simulator.now += HOUR_MS;
    simulator.spoil({ request: /sessionSource/, how: refusal('Exhausted property tokens per day. These quota tokens will return in under 24 hours.') });
    expect((await extract()).items).toMatchObject([{ status: 'waiting', throttled_until: '2026-11-30T08:00:00.000Z' }]);
  });

  test('too many requests at once are tried again, and what is cut, reset or no JSON', async () => {
    const report = /sessionSource/;
    simulator.spoil({ request: report, how: refusal('Exhausted concurrent requests quota.') }, { request: report, how: 'reset' }, { request: report, how: 'cut gzip' }, { request: report, how: { status: 500, body: '{"error":{"code":500,"status":"INTERNAL"}}' } }, { request: report, how: { status: 200, body: '<!doctype html>' } });
    expect((await extract()).items).toMatchObject([{ status: 'done', records: 12 }]);
    expect(simulator.unmet).toBe(0);
  });

  test('fails on dimensions that do not go together, and on another property', async () => {
    const wrong = refusal('Please remove sessionCampaignName to make the request compatible.', 400, 'INVALID_ARGUMENT');
    simulator.spoil({ request: /sessionSource/, how: wrong });
    expect((await extract()).items).toMatchObject([{ status: 'failed', error_code: 'status_400', error: expect.stringContaining('sessionCampaignName'), records: 0 }]);
    expect((await extract({}, { account: { ...extraction.account, settings: { property: '1' } } })).items).toMatchObject([{ status: 'failed', error_code: 'missing_permission' }]);
  });

  test('tells in a dry run what a page costs, and writes nothing', async () => {
    expect((await extract({ dryRun: true })).items).toMatchObject([{ status: 'done', records: 3, cost: 10, slices: 4, unknown_fields: [], missing_fields: [] }]);
    expect(await lake.feeds()).toEqual([]);
  });

  test('a day is final four days later, and a renewed token carries on', async () => {
    await extract();
    simulator.now += 4 * 24 * HOUR_MS;
    simulator.beforeAnswer = ({ body }) => {
      if (body.includes('2026-11-27')) simulator.now += HOUR_MS;
    };
    expect((await extract()).items).toMatchObject([{ status: 'done', batches: 8, final_until: '2026-11-28' }]);
    expect(simulator.tokens.given).toBe(3);
  });
});

function refusal(message: string, code = 429, status = 'RESOURCE_EXHAUSTED') {
  return { status: code, body: JSON.stringify({ error: { code, status, message } }) };
}

/** The platform with so few rows in a page. */
function withLimit(limit: number): Platform {
  const limited = (fetch: Fetch): Fetch => {
    if (fetch.kind !== 'pages' || fetch.paginator.kind !== 'offset') throw new Error('no pages by offset');
    return { ...fetch, request: { ...fetch.request, body: { ...fetch.request.body, limit: String(limit) } }, paginator: { ...fetch.paginator, limit } };
  };
  return { ...ga4, streams: ga4.streams.map((stream) => (stream.extraction === undefined ? stream : { ...stream, extraction: { ...stream.extraction, fetch: (...given) => limited(stream.extraction?.fetch(...given) as Fetch) } })) };
}
