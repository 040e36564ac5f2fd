import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { googleAds } from '../../../src/sources/platforms/google-ads/google-ads.ts';
import { GoogleAdsSimulator } from '../../simulators/google-ads/google-ads.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, type Ask, type Extraction } from './extraction.ts';

const CUSTOMER = { customer: '1234567890' };

describeEachDatabase('extracting from Google Ads', (suite) => {
  let simulator: GoogleAdsSimulator;
  let lake: SourceLake;
  let extraction: Extraction;
  const waits: number[] = [];
  const extract = (ask: Ask = {}, settings: Readonly<Record<string, string>> = CUSTOMER) => extractFrom({ ...extraction, account: { ...extraction.account, settings } }, ask);
  const slices = async (stream: string) => {
    const feed = { platform: 'google_ads', stream, account: 'main' };
    return Promise.all((await lake.batches(feed)).map(async (batch) => (await lake.manifest({ ...feed, batch }))?.replaces));
  };

  beforeEach(async () => {
    simulator = await new GoogleAdsSimulator().start();
    await suite.empty();
    lake = openFolderLake(temporaryFolder('sources'));
    waits.length = 0;
    extraction = { database: suite.database, lake, platform: googleAds, simulator, secrets: new Map([['SERVICE_ACCOUNT', simulator.serviceAccount]]), account: { start: '2026-11-15' as LocalDate }, waits };
    for (let day = 15; day <= 28; day++) simulator.figures.set(`2026-11-${day}`, [{ campaign: '1', adGroup: '11', costMicros: 1_234_567 }, { campaign: '1', adGroup: '12', costMicros: 10 }, { campaign: '2', costMicros: 5, conversions: 1 / 3 }]);
  });
  afterEach(() => simulator.close());

  test('asks with one query a week, whose batches are all read, with their digits', async () => {
    const report = await extract();
    expect(report.items).toMatchObject([
      { stream: 'ad_group_day', status: 'done', batches: 2, records: 28, requests: 2, final_until: null },
      { stream: 'campaign_day', records: 28 },
      { stream: 'customer_day', records: 14 },
      { stream: 'campaigns', records: 0 },
      { stream: 'ad_groups', records: 0 },
      { stream: 'customer', records: 1 },
    ]);
    expect(await slices('ad_group_day')).toEqual([['2026-11-15', '2026-11-22'], ['2026-11-22', '2026-11-29']]);
    expect((await recordsInLake(lake, 'campaign_day', 'google_ads')).at(-1)).toContain('"conversions":0.3333333333333333');
    expect(simulator.tokens.given).toBe(1);
  });

  test('divides a window whose answer is cut, and says so where a day is', async () => {
    const cut = { request: /FROM ad_group /, how: 'cut' } as const;
    simulator.spoil(cut, { request: /FROM ad_group .*'2026-11-19'/, how: 'cut gzip' });
    expect((await extract({ streams: ['ad_group_day'] })).items).toMatchObject([{ status: 'done', records: 28 }]);
    expect(await slices('ad_group_day')).toEqual([['2026-11-15', '2026-11-19'], ['2026-11-19', '2026-11-21'], ['2026-11-21', '2026-11-22'], ['2026-11-22', '2026-11-29']]);
    expect(simulator.unmet).toBe(0);
    simulator.now += 90_000_000;
    simulator.spoil(...Array.from({ length: 4 }, () => cut));
    expect((await extract({ streams: ['ad_group_day'] })).items).toMatchObject([{ status: 'failed', error_code: 'slice_too_large' }]);
  });

  test('tries a stream again in which an error stands in the place of a batch, and writes nothing of it', async () => {
    const broken = (status: string) => ({ request: /FROM campaign WHERE/, how: { status: 200, body: `[{"results":[{"campaign":{"id":"1"},"segments":{"date":"2026-11-15"}}]},{"error":{"code":503,"status":"${status}"}}]` } });
    simulator.spoil(broken('UNAVAILABLE'), { request: /FROM campaign WHERE/, how: 'reset' });
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ status: 'done', records: 28 }]);
    simulator.now += 90_000_000;
    simulator.spoil(broken('FAILED_PRECONDITION'));
    expect((await extract({ streams: ['campaign_day'] })).items).toMatchObject([{ status: 'failed', error_code: 'error_in_stream' }]);
  });

  test('is reached through its manager, and refused without it', async () => {
    simulator.manager = '9999999999';
    expect((await extract()).items).toMatchObject(Array.from({ length: 6 }, () => ({ status: 'failed', error_code: 'missing_permission' })));
    simulator.now += 1_000;
    expect((await extract({ streams: ['customer'] }, { ...CUSTOMER, manager: '9999999999' })).items).toMatchObject([{ status: 'done', records: 1 }]);
  });

  test('leaves its streams out for as long as a daily quota says, and goes on with the slice that was open', async () => {
    simulator.operations = 2;
    expect((await extract({ streams: ['ad_group_day'] })).items).toMatchObject([{ status: 'waiting', error_code: 'throttled', batches: 1, throttled_until: '2026-11-29T00:00:00.000Z' }]);
    const requests = simulator.requests.length;
    simulator.now += 3_600_000;
    simulator.operations = 2;
    expect((await extract({ streams: ['ad_group_day'] })).items).toMatchObject([{ status: 'left_out' }]);
    // Not even the profile of the account is asked for.
    expect(simulator.requests.length - requests).toBe(0);
    simulator.now += 14 * 3_600_000;
    simulator.operations = 9;
    expect((await extract({ streams: ['ad_group_day'] })).items).toMatchObject([{ status: 'done' }]);
    expect(await slices('ad_group_day')).toEqual([['2026-11-15', '2026-11-22'], ['2026-11-22', '2026-11-29'], ['2026-11-26', '2026-11-30']]);
  });

  test('renews a token that ends in mid-run, and goes no further back than days are told', async () => {
    simulator.beforeAnswer = ({ body }) => {
      if (body.includes('FROM campaign WHERE')) simulator.now += 3_600_000;
    };
    expect((await extract({ streams: ['campaign_day', 'customer_day'] })).status).toBe('succeeded');
    expect(simulator.tokens.given).toBeGreaterThan(1);
    simulator.beforeAnswer = () => undefined;
    extraction = { ...extraction, account: { start: '2010-01-01' as LocalDate } };
    expect((await extract({ streams: ['ad_group_day'], dryRun: true })).items).toMatchObject([{ status: 'done', next_from: '2023-10-28' }]);
  });

  test('ends the account whose key is refused, and tells nothing of it', async () => {
    const other = JSON.parse(simulator.serviceAccount) as Record<string, string>;
    const stranger = new GoogleAdsSimulator();
    const secrets = new Map([['SERVICE_ACCOUNT', JSON.stringify({ ...other, private_key: stranger.tokens.keys.privateKey })]]);
    const report = await extractFrom({ ...extraction, secrets, account: { ...extraction.account, settings: CUSTOMER } });
    expect(new Set(report.items.map(({ error_code: code }) => code))).toEqual(new Set(['token_refused']));
    expect(JSON.stringify(report)).not.toContain('PRIVATE KEY');
  });
});
