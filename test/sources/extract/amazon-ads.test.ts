import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { amazonAds } from '../../../src/sources/platforms/amazon-ads/amazon-ads.ts';
import { AmazonAdsSimulator } from '../../simulators/amazon-ads/amazon-ads.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, valuesOf, type Ask, type Extraction } from './extraction.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = '2026-10-30' as LocalDate;
const SETTINGS = { profile: '9007199254740993', region: 'eu' };
const days = Array.from({ length: 30 }, (_, index) => addDays(START, index));

describeEachDatabase('extracting from Amazon Ads', (suite) => {
  let simulator: AmazonAdsSimulator;
  let lake: SourceLake;
  let extraction: Extraction;
  const waits: number[] = [];
  const extract = (ask: Ask = {}, more: Partial<Extraction> = {}) => extractFrom({ ...extraction, ...more }, ask);
  const slices = async (stream = 'sp_ad_group_day') => {
    const feed = { platform: 'amazon_ads', stream, account: 'main' };
    return Promise.all((await lake.batches(feed)).map(async (batch) => (await lake.manifest({ ...feed, batch }))?.replaces));
  };
  const SP = { streams: ['sp_ad_group_day'] };

  beforeEach(async () => {
    simulator = await new AmazonAdsSimulator().start();
    await suite.empty();
    lake = openFolderLake(temporaryFolder('sources'));
    waits.length = 0;
    const secrets = new Map([['CLIENT_ID', simulator.application.id], ['CLIENT_SECRET', simulator.application.secret], ['REFRESH_TOKEN', simulator.refreshToken]]);
    extraction = { database: suite.database, lake, platform: amazonAds, simulator, secrets, account: { start: START, settings: SETTINGS }, waits };
    for (const day of days) {
      simulator.figures.set(day, [
        { product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '90071992547409931', cost: '12.340000000000002', impressions: 100, clicks: 3, purchases: 1, sales: '1.2E+2' },
        { product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '112', cost: '0.5' },
        { product: 'SPONSORED_BRANDS', campaign: '21', cost: '7' },
      ]);
    }
  });
  afterEach(() => simulator.close());

  test('has a report made of each window of 31 days, and takes its file with the digits as they stand', async () => {
    const report = await extract();
    expect(report.items).toMatchObject([
      { stream: 'sp_ad_group_day', status: 'done', batches: 1, records: 60, final_until: null },
      { stream: 'sb_campaign_day', status: 'done', records: 30 },
      { stream: 'sd_campaign_day', status: 'done', batches: 1, records: 0 },
      { stream: 'profiles', status: 'done', records: 1 },
    ]);
    expect(await slices()).toEqual([['2026-10-30', '2026-11-29']]);
    const [first] = await recordsInLake(lake, 'sp_ad_group_day', 'amazon_ads');
    expect(first).toMatch(/"adGroupId":90071992547409931.*"cost":12\.340000000000002,.*"sales14d":1\.2E\+2/);
    expect(await recordsInLake(lake, 'profiles', 'amazon_ads')).toEqual([expect.stringContaining('"profileId":9007199254740993')]);
    expect(simulator.reports).toHaveLength(3);
    // The file lies at another host, which is sent no credentials.
    expect(simulator.files.requests.map(({ headers }) => headers['authorization'] ?? headers['amazon-advertising-api-scope'])).toEqual([undefined, undefined, undefined]);
  });

  test('goes no further back than each report is kept', async () => {
    extraction = { ...extraction, account: { ...extraction.account, start: '2020-01-01' as LocalDate } };
    const report = await extract({ dryRun: true });
    expect(report.items).toMatchObject([{ job: true, next_from: '2026-08-25', slices: 4 }, { next_from: '2026-09-29' }, { next_from: '2026-09-24' }, { records: 1, unknown_fields: [], missing_fields: [] }]);
    expect(simulator.reports).toEqual([]);
    expect((await extract()).status).toBe('succeeded');
    expect(simulator.reports).toHaveLength(4 + 2 + 3);
  });

  test('takes the report that a refusal names, and tries again where it names none', async () => {
    let body = '';
    simulator.beforeAnswer = (request) => {
      if (request.method === 'POST' && request.url.pathname === '/reporting/reports') body ||= request.body;
    };
    simulator.spoil({ request: /POST \/reporting\/reports/, how: { status: 425, body: '{"code":"425","detail":"Too Early"}' } }, { request: /POST \/reporting\/reports/, how: 'reset' });
    await extract(SP);
    expect(simulator.unmet).toBe(0);
    // Somebody has asked for the same days before: the report runs already.
    simulator.now += DAY_MS;
    simulator.plans = [{ pending: 2 }];
    await limited(4);
    const [, running] = simulator.reports;
    await suite.database.write((tx) => tx('extract_batches').where({ status: 'open' }).update({ job_id: null }));
    expect((await extract(SP)).items).toMatchObject([{ status: 'done' }]);
    expect(simulator.reports[1]).toBe(running);
    expect(simulator.requests.filter(({ method }) => method === 'POST').length).toBeGreaterThan(simulator.reports.length);
    expect(simulator.reports).toHaveLength(2);
  });

  const limited = (maxRequests: number) => extract({ ...SP, maxRequests });

  test('waits for an hour while a report is pending, with a token that ends meanwhile, and makes no second one', async () => {
    simulator.plans = [{ pending: 75, withoutUrl: 2 }];
    expect((await extract(SP)).items).toMatchObject([{ status: 'done', records: 60 }]);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(HOUR_MS);
    expect(waits.slice(0, 3)).toEqual([5_000, 7_500, 11_250]);
    expect(simulator.tokens).toBe(2);
    expect(simulator.reports).toHaveLength(1);
  });

  test('calls a report off that is pending for too long, and has another one made by the next run', async () => {
    simulator.plans = [{ pending: 1_000 }];
    expect((await extract(SP)).items).toMatchObject([{ status: 'waiting', error_code: 'job_deadline', records: 0 }]);
    expect(simulator.cancelled).toEqual(simulator.reports);
    expect((await extract(SP)).items).toMatchObject([{ status: 'done', records: 60 }]);
    expect(simulator.reports).toHaveLength(2);
  });

  test('calls its report off when its user ends the run, and leaves it to the next one when it only ends early', async () => {
    simulator.plans = [{ pending: 5 }];
    await limited(4);
    expect(simulator.cancelled).toEqual([]);
    const user = new AbortController();
    await expect(extract(SP, { signal: user.signal, beforeWait: () => user.abort() })).rejects.toThrow(/abort|interrupt/i);
    expect(simulator.cancelled).toEqual(simulator.reports);
    expect(simulator.reports).toHaveLength(1);
  });

  test('resumes the report that a run left in mid-poll', async () => {
    simulator.plans = [{ pending: 4 }];
    expect((await limited(5)).items).toMatchObject([{ status: 'waiting', error_code: 'request_limit' }]);
    const open = await suite.database.read((knex) => knex('extract_batches').where({ status: 'open' }).pluck('job_id'));
    expect(open).toEqual(simulator.reports);
    expect((await extract(SP)).items).toMatchObject([{ status: 'done', records: 60 }]);
    expect(simulator.reports).toEqual(open);
  });

  test('a report that fails is made anew three times; one whose file breaks off or has expired is fetched again', async () => {
    simulator.plans = [{ fails: true }, {}];
    const rows = '[{"date":"2026-10-30","campaignId":11,"adGroupId":112,"campaignBudgetCurrencyCode":"EUR","cost":1}';
    simulator.files.spoil(
      { request: /json\.gz/, how: 'cut' },
      { request: /json\.gz/, how: { status: 200, body: gzipSync(rows) } },
      { request: /json\.gz/, how: { status: 200, body: gzipSync(`${rows}]`).subarray(0, -6) } },
    );
    expect((await extract(SP)).items).toMatchObject([{ status: 'done', records: 60 }]);
    expect(simulator.reports).toHaveLength(2);
    expect(simulator.files.unmet).toBe(0);
    simulator.now += DAY_MS;
    simulator.files.spoil({ request: /json\.gz/, how: { status: 403, body: '<Error>Request has expired</Error>' } });
    expect((await extract(SP)).items).toMatchObject([{ status: 'done' }]);
    simulator.plans = [{ fails: true }, { fails: true }, { fails: true }];
    expect((await extract({ streams: ['sb_campaign_day'] })).items).toMatchObject([{ status: 'waiting', error_code: 'job_failed' }]);
  });

  test('names the column that a report does not know; the other streams go on', async () => {
    const [sp, ...others] = amazonAds.streams;
    if (sp?.extraction === undefined) throw new Error('no stream');
    const { fetch } = sp.extraction;
    const wrong = { ...sp, extraction: { ...sp.extraction, fetch: (...given: Parameters<typeof fetch>) => withColumn(fetch(...given), 'adFormat') } };
    const report = await extract({}, { platform: { ...amazonAds, streams: [wrong, ...others] } });
    expect(report.items).toMatchObject([{ status: 'failed', error_code: 'invalid_report', error: expect.stringContaining('adFormat'), records: 0 }, { status: 'done', records: 30 }, { status: 'done' }, { status: 'done' }]);
  });

  test('waits as a refusal says, and leaves a stream out that would wait too long', async () => {
    const busy = (seconds: string) => ({ request: /GET \/reporting/, how: { status: 429, headers: { 'retry-after': seconds }, body: '{"code":"429","details":"Too Many Requests"}' } });
    simulator.spoil(busy('90'));
    expect((await extract(SP)).items).toMatchObject([{ status: 'done' }]);
    expect(waits).toContain(90_000);
    simulator.now += DAY_MS;
    simulator.spoil(busy('3600'));
    expect((await extract(SP)).items).toMatchObject([{ status: 'waiting', error_code: 'throttled' }]);
    expect(simulator.reports).toHaveLength(2);
  });

  test('ends the account whose refresh token is refused, or whose profile is another one', async () => {
    expect((await extract({}, { account: { ...extraction.account, settings: { ...SETTINGS, profile: '1234' } } })).items).toMatchObject([{ status: 'failed', error_code: 'unauthorized' }, {}, {}, {}]);
    simulator.refreshToken = 'Atzr|another';
    const report = await extract();
    expect(new Set(report.items.map(({ error_code: code }) => code))).toEqual(new Set(['token_refused']));
    expect(JSON.stringify(report)).not.toMatch(/Atzr|simulated-secret/);
  });

  test('an unknown field is told, and a lost one', async () => {
    const [file] = [gzipSync('[{"date":"2026-11-28","campaignId":11,"adGroupId":112,"campaignBudgetCurrencyCode":"EUR","cost":1,"adFormat":"video"}]')];
    simulator.files.spoil({ request: /json\.gz/, how: { status: 200, body: file } });
    await extract(SP);
    const [batch] = await lake.batches({ platform: 'amazon_ads', stream: 'sp_ad_group_day', account: 'main' });
    if (batch === undefined) throw new Error('no batch');
    const manifest = await lake.manifest({ platform: 'amazon_ads', stream: 'sp_ad_group_day', account: 'main', batch });
    expect(manifest?.drift).toMatchObject({ unknown: { adFormat: 1 }, lost: { clicks: 1, sales14d: 1 } });
    expect(valuesOf(await recordsInLake(lake, 'sp_ad_group_day', 'amazon_ads'), 'cost')).toEqual(['1']);
  });
});

function withColumn(fetch: ReturnType<NonNullable<(typeof amazonAds.streams)[number]['extraction']>['fetch']>, column: string): typeof fetch {
  if (fetch.kind !== 'job') throw new Error('no job');
  const body = fetch.job.create.body as { readonly configuration: { readonly columns: readonly string[] } };
  return { ...fetch, job: { ...fetch.job, create: { ...fetch.job.create, body: { ...body, configuration: { ...body.configuration, columns: [...body.configuration.columns, column] } } } } };
}
