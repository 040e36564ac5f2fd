import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { instantFromMillis, type LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import { googleAds } from '../../../src/sources/platforms/google-ads/google-ads.ts';
import { GoogleAdsSimulator } from '../../simulators/google-ads/google-ads.ts';
import { extractFrom, type Extraction } from '../../sources/extract/extraction.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

describeEachDatabase('the facts of Google Ads', (suite) => {
  let simulator: GoogleAdsSimulator;
  let extraction: Extraction;
  let folder: string;
  const importAll = () => importSources(suite.database, { lake: extraction.lake, folder, put: () => Promise.resolve() }, { now: () => instantFromMillis(simulator.now) });
  const rows = (table: string, ...order: string[]): Promise<Record<string, unknown>[]> => suite.database.read((knex) => knex<Record<string, unknown>>(table).orderBy(order).select('*'));

  beforeEach(async () => {
    simulator = await new GoogleAdsSimulator().start();
    await suite.empty();
    folder = temporaryFolder('sources');
    extraction = { database: suite.database, lake: openFolderLake(folder), platform: googleAds, simulator, secrets: new Map([['SERVICE_ACCOUNT', simulator.serviceAccount]]), account: { settings: { customer: '1234567890' }, start: '2026-11-25' as LocalDate } };
    simulator.figures.set('2026-11-26', [
      { campaign: '1', adGroup: '11', costMicros: 1_234_567, impressions: 10, clicks: 2, conversions: 1, value: 20.5 },
      { campaign: '2', costMicros: 76_531_250, impressions: 7, conversions: 1 / 3 },
    ]);
    simulator.campaigns = [{ id: '1', name: 'Search', status: 'ENABLED', budgetMicros: 76_525_000 }, { id: '2', name: 'Performance Max', status: 'PAUSED' }];
    simulator.adGroups = [{ id: '1', name: 'Exact', status: 'ENABLED', campaign: '1' }];
  });
  afterEach(() => simulator.close());

  test('a campaign without ad groups is one row, fractions of a cent are kept, and ids of kinds do not meet', async () => {
    await extractFrom(extraction);
    const { report } = await importAll();
    expect(report).toMatchObject({ status: 'succeeded', totals: { rejected: 0, facts_inserted: 2 + 3 + 1 } });
    const facts = await rows('ad_performance', 'campaign_id');
    expect(facts).toMatchObject([
      { platform: 'google', date: '2026-11-26', campaign_id: '1', ad_group_id: '11', spend_micros: 1_234_567, impressions: 10, clicks: 2, claimed_value_micros: 20_500_000, zone: 'Europe/Zurich' },
      { campaign_id: '2', ad_group_id: '', spend_micros: 76_531_250, clicks: 0 },
    ]);
    expect(facts.map((fact) => Number(fact['claimed_conversions']))).toEqual([1, 0.333_333]);
    const control = await rows('raw_google_ads_customer_day', 'source_id');
    expect(control.map((row) => Number(row['spend_micros']))).toEqual([1_234_567 + 76_531_250]);
    expect(await rows('ad_entities', 'kind', 'id')).toMatchObject([
      { kind: 'ad_group', id: '1', parent_id: '1' },
      { kind: 'campaign', id: '1', budget: 7_652, budget_period: 'daily', currency: 'CHF' },
      { kind: 'campaign', id: '2', budget: null },
    ]);
    expect(await rows('ad_accounts', 'account')).toMatchObject([{ platform: 'google', id: '1234567890', name: 'Alpina', zone: 'Europe/Zurich', final_until: null }]);
  });

  test('a day is stated again with what came of it later', async () => {
    await extractFrom(extraction);
    await importAll();
    simulator.figures.set('2026-11-26', [{ campaign: '2', costMicros: 76_531_250, impressions: 7, conversions: 3 }]);
    simulator.now += 4 * 3_600_000;
    await extractFrom(extraction);
    expect((await importAll()).report.totals).toMatchObject({ removed: 2, facts_deleted: 1, facts_updated: 1 });
    expect(await rows('ad_performance', 'campaign_id')).toMatchObject([{ campaign_id: '2', source: 'sources' }]);
  });
});
