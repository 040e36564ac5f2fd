import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Database } from '../../../src/db/database.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { metaAds } from '../../../src/sources/platforms/meta-ads/meta-ads.ts';
import { MetaAdsSimulator } from '../../simulators/meta-ads/meta-ads.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, valuesOf, type Ask, type Extraction } from './extraction.ts';

const SECRETS = new Map([['ACCESS_TOKEN', 'simulated-system-user']]);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START = '2026-11-01';

describeEachDatabase('extracting from Meta Ads', (suite) => {
  let simulator: MetaAdsSimulator;
  let lake: SourceLake;
  let extraction: Extraction;
  const waits: number[] = [];
  const extract = (ask: Ask = {}, more: Partial<Extraction> = {}) => extractFrom({ ...extraction, ...more }, ask);
  const created = (): number => simulator.requests.filter(({ method }) => method === 'POST').length;
  const slices = async (stream = 'campaign_day') => {
    const feed = { platform: 'meta_ads', stream, account: 'main' };
    return Promise.all((await lake.batches(feed)).map(async (batch) => (await lake.manifest({ ...feed, batch }))?.replaces));
  };

  beforeEach(async () => {
    simulator = await new MetaAdsSimulator().start();
    await suite.empty();
    lake = openFolderLake(temporaryFolder('sources'));
    waits.length = 0;
    extraction = {
      ...{ database: suite.database, lake, platform: metaAds, simulator, secrets: SECRETS, waits },
      account: { settings: { ad_account: '1122334455' }, start: START as never },
    };
    for (let day = 1; day <= 28; day++) simulator.figures.set(`2026-11-${String(day).padStart(2, '0')}`, [{ campaign: '10', adSet: '100', spend: 12_340_000 }, { campaign: '10', adSet: '101', spend: 1_250_000 }, { campaign: '11', spend: 500_000 }]);
  });
  afterEach(() => simulator.close());

  test('asks for the days of the account in weeks, today too, each replaced by its batch', async () => {
    const report = await extract({ streams: ['campaign_day'] });
    expect(report.items).toMatchObject([{ stream: 'campaign_day', status: 'done', records: 56, batches: 4, cursor: null, final_until: null }]);
    expect(await slices()).toEqual([['2026-11-01', '2026-11-08'], ['2026-11-08', '2026-11-15'], ['2026-11-15', '2026-11-22'], ['2026-11-22', '2026-11-29']]);
    expect(waits).toEqual([5_000, 5_000, 5_000, 5_000]);
    expect(simulator.requests.some(({ url }) => url.href.includes('access_token'))).toBe(false);
  });

  test('asks for the last days in between, and once in 24 hours for all that are not final', async () => {
    await extract({ streams: ['campaign_day'] });
    simulator.now += 4 * HOUR_MS;
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ batches: 1 }]);
    expect((await slices()).at(-1)).toEqual(['2026-11-25', '2026-11-29']);
    simulator.now += 21 * HOUR_MS;
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ batches: 5, final_until: '2026-11-01' }]);
    expect((await slices()).slice(5)).toEqual([['2026-11-01', '2026-11-08'], ['2026-11-08', '2026-11-15'], ['2026-11-15', '2026-11-22'], ['2026-11-22', '2026-11-29'], ['2026-11-29', '2026-11-30']]);
  });

  test('heals an outage of 40 days by itself, and goes no further back than the platform remembers', async () => {
    await extract({ streams: ['campaign_day'] });
    simulator.now += 40 * DAY_MS;
    await extract({ streams: ['campaign_day'] });
    expect((await slices())[4]).toEqual(['2026-11-01', '2026-11-08']);
    const early = await extract({ streams: ['account_day'], dryRun: true }, { account: { ...extraction.account, start: '2019-01-01' as never } });
    expect(early.items).toMatchObject([{ job: true, next_from: '2023-12-07', next_to: '2027-01-08' }]);
  });

  test('divides a window that is too much down to the day, and fails where a day is', async () => {
    simulator.mostDays = 2;
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ status: 'done', records: 56, batches: 16 }]);
    expect((await slices()).slice(0, 4)).toEqual([['2026-11-01', '2026-11-03'], ['2026-11-03', '2026-11-05'], ['2026-11-05', '2026-11-07'], ['2026-11-07', '2026-11-08']]);
    simulator.mostDays = 0;
    expect((await extract({ streams: ['account_day'] })).items).toMatchObject([{ status: 'failed', error_code: 'slice_too_large' }]);
  });

  test('polls on while a completed report refuses its result, and makes a failed or skipped one anew', async () => {
    simulator.plans = [{ running: 2, notReady: 2 }, { fails: { error_code: -2, error_subcode: 2_490_547 } }, { fails: 'Job Skipped' }, { running: 0 }];
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ status: 'done', records: 56 }]);
    expect(waits.slice(0, 4)).toEqual([5_000, 7_500, 5_000, 7_500]);
    expect(created()).toBe(6);
    expect(new Set(valuesOf(await recordsInLake(lake, 'campaign_day', 'meta_ads'), 'date_start')).size).toBe(28);
  });

  test('a report that fails for good fails its stream, and the others go on', async () => {
    simulator.plans = [{ fails: { error_code: 2, error_subcode: 1_504_041 } }];
    const report = await extract({ streams: ['ad_set_day', 'campaign_day'] });
    expect(report.items).toMatchObject([{ stream: 'ad_set_day', status: 'failed', error_code: 'invalid_report', records: 0 }, { stream: 'campaign_day', status: 'done' }]);
    const endless = { fails: 'Job Skipped' } as const;
    simulator.plans = [endless, endless, endless];
    expect((await extract({ streams: ['account_day'] })).items).toMatchObject([{ status: 'waiting', error_code: 'job_failed' }]);
  });

  test('a run that ends in mid-poll leaves its report to the next one, which makes no second', async () => {
    simulator.plans = [{ running: 3 }];
    const limited = await extract({ streams: ['campaign_day'], maxRequests: 4 });
    expect(limited.items).toMatchObject([{ status: 'waiting', error_code: 'request_limit' }]);
    const open = await openJobs(suite.database);
    expect(open).toEqual([{ job_id: simulator.reports[0], status: 'open' }]);
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ status: 'done', records: 56, batches: 4 }]);
    expect(created()).toBe(4);
    // The pass went on behind it: no day was asked for twice.
    expect(await slices()).toEqual([['2026-11-01', '2026-11-08'], ['2026-11-08', '2026-11-15'], ['2026-11-15', '2026-11-22'], ['2026-11-22', '2026-11-29']]);
  });

  test('a pass that was cut between two slices goes on with the day that is next', async () => {
    await extract({ streams: ['campaign_day'], maxRequests: 9 });
    const reached = await slices();
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.length).toBeLessThan(4);
    await extract({ streams: ['campaign_day'] });
    expect(await slices()).toHaveLength(4);
    expect(created()).toBe(4);
  });

  test('makes a report anew that is gone, as one that was left for too long', async () => {
    simulator.plans = [{ running: 3 }];
    await extract({ streams: ['campaign_day'], maxRequests: 4 });
    await suite.database.write((tx) => tx('extract_batches').update({ job_id: '999' }));
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ status: 'done', records: 56 }]);
  });

  test('slows down as its limit is used up, and leaves a stream out that would wait too long', async () => {
    simulator.usage = 78;
    await extract({ streams: ['campaigns'] });
    simulator.usage = 91;
    await extract({ streams: ['account'] });
    expect(waits).toEqual([5_000, 60_000]);
    simulator.usage = 100;
    const report = await extract({ streams: ['campaigns'], maxWaitMs: 60_000 });
    expect(report.items).toMatchObject([{ status: 'waiting', error_code: 'throttled' }]);
  });

  test('waits for the minutes that a refusal names', async () => {
    const refusal = { status: 400, headers: { 'x-business-use-case-usage': '{"1":[{"call_count":100,"estimated_time_to_regain_access":3}]}' }, body: '{"error":{"code":17,"error_subcode":2446079,"message":"User request limit reached"}}' };
    simulator.spoil({ request: /campaigns/, how: refusal }, { request: /campaigns/, how: 'reset' }, { request: /campaigns/, how: 'cut' }, { request: /campaigns/, how: { status: 500, body: '{"error":{"code":2,"is_transient":true}}' } });
    expect((await extract({ streams: ['campaigns'] })).status).toBe('succeeded');
    expect(waits[0]).toBe(180_000);
    expect(simulator.unmet).toBe(0);
  });

  test('reads what is deleted too, page after page, with its digits', async () => {
    simulator.campaigns = Array.from({ length: 1_001 }, (_, index) => ({ id: String(index), name: `C ${index}`, effective_status: index % 2 === 0 ? 'DELETED' : 'ACTIVE', daily_budget: '5000' }));
    simulator.adSets = [{ id: '100', campaign_id: '10', effective_status: 'ARCHIVED' }];
    const report = await extract({ streams: ['campaigns', 'ad_sets', 'ad_set_day'] });
    expect(report.items).toMatchObject([{ stream: 'ad_set_day', records: 56 }, { stream: 'campaigns', records: 1_001 }, { stream: 'ad_sets', records: 1 }]);
    expect((await recordsInLake(lake, 'ad_set_day', 'meta_ads'))[0]).toContain('"spend":"12.34"');
  });

  test('ends the account whose token is refused, and writes nothing of another version', async () => {
    simulator.version = 'v27.0';
    expect((await extract({ streams: ['campaigns'] })).items).toMatchObject([{ status: 'failed', error_code: 'version_changed' }]);
    simulator.token = 'another';
    const report = await extract();
    expect(new Set(report.items.map(({ error_code: code }) => code))).toEqual(new Set(['token_refused']));
    expect(await lake.feeds()).toEqual([]);
    expect(JSON.stringify(report)).not.toContain('simulated-system-user');
  });

  test('a backfill replaces its days and leaves what is final', async () => {
    await extract({ streams: ['campaign_day'] });
    const report = await extract({ streams: ['campaign_day'], from: '2026-11-03', to: '2026-11-05' });
    expect(report.items).toMatchObject([{ batches: 1, records: 4, final_until: null }]);
    expect((await slices()).at(-1)).toEqual(['2026-11-03', '2026-11-05']);
  });
});

function openJobs(database: Database): Promise<object[]> {
  return database.read((knex) => knex('extract_batches').where({ status: 'open' }).select('job_id', 'status'));
}
