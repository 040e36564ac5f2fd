import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { instantFromMillis, type LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import { checkAds } from '../../../src/reconcile/ads/check-ads.ts';
import { InvariantTally } from '../../../src/reconcile/ledger/invariants.ts';
import { amazonAds } from '../../../src/sources/platforms/amazon-ads/amazon-ads.ts';
import { AmazonAdsSimulator } from '../../simulators/amazon-ads/amazon-ads.ts';
import { extractFrom, type Extraction } from '../../sources/extract/extraction.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const DAY_MS = 86_400_000;

describeEachDatabase('the facts of Amazon Ads', (suite) => {
  let simulator: AmazonAdsSimulator;
  let extraction: Extraction;
  let folder: string;
  const importAll = () => importSources(suite.database, { lake: extraction.lake, folder, put: () => Promise.resolve() }, { now: () => instantFromMillis(simulator.now) });
  const rows = (table: string, ...order: string[]): Promise<Record<string, unknown>[]> => suite.database.read((knex) => knex<Record<string, unknown>>(table).orderBy(order).select('*'));

  beforeEach(async () => {
    simulator = await new AmazonAdsSimulator().start();
    await suite.empty();
    folder = temporaryFolder('sources');
    const secrets = new Map([['CLIENT_ID', simulator.application.id], ['CLIENT_SECRET', simulator.application.secret], ['REFRESH_TOKEN', simulator.refreshToken]]);
    extraction = { database: suite.database, lake: openFolderLake(folder), platform: amazonAds, simulator, secrets, account: { settings: { profile: '9007199254740993', region: 'eu' }, start: '2026-11-25' as LocalDate } };
    simulator.figures.set('2026-11-25', [{ product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '111', cost: '1', budget: '10.0', status: 'PAUSED' }, { product: 'SPONSORED_DISPLAY', campaign: '31', cost: '0.25', budget: '4' }]);
    simulator.figures.set('2026-11-26', [
      { product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '90071992547409931', cost: '12.340000000000002', impressions: 100, clicks: 3, purchases: 2, sales: '1.2E+2', budget: '25.5' },
      { product: 'SPONSORED_BRANDS', campaign: '21', cost: '0.0000015', impressions: 9, purchases: 1, sales: '30' },
    ]);
  });
  afterEach(() => simulator.close());

  test('ad groups and campaigns without them are rows, to the micro; campaigns are those that days name', async () => {
    await extractFrom(extraction);
    const { report } = await importAll();
    expect(report).toMatchObject({ status: 'succeeded', totals: { rejected: 0, facts_inserted: 4 + 5 + 1 } });
    expect(await rows('ad_performance', 'date', 'campaign_id')).toMatchObject([
      { platform: 'amazon', account: 'main', date: '2026-11-25', campaign_id: '11', ad_group_id: '111', spend_micros: 1_000_000, zone: 'Europe/Paris', currency: 'EUR' },
      { campaign_id: '31', ad_group_id: '', spend_micros: 250_000, attribution: '14d_click_view' },
      { date: '2026-11-26', campaign_id: '11', ad_group_id: '90071992547409931', campaign_name: 'Campaign 11', spend_micros: 12_340_000, impressions: 100, clicks: 3, claimed_value_micros: 120_000_000, attribution: '14d_click' },
      // Half a micro goes to the even one.
      { campaign_id: '21', ad_group_id: '', spend_micros: 2, claimed_value_micros: 30_000_000 },
    ]);
    expect(await rows('ad_entities', 'kind', 'id')).toMatchObject([
      { kind: 'ad_group', id: '111', name: 'Group 111', parent_id: '11', budget: null },
      { kind: 'ad_group', id: '90071992547409931', parent_id: '11' },
      { kind: 'campaign', id: '11', status: 'ENABLED', budget: 2_550, budget_period: 'daily', currency: 'EUR' },
      { kind: 'campaign', id: '21', budget: 2_500 },
      { kind: 'campaign', id: '31', budget: 400, budget_period: null },
    ]);
    expect(await rows('ad_accounts', 'account')).toMatchObject([{ platform: 'amazon', id: '9007199254740993', name: 'Alpina', zone: 'Europe/Paris', currency: 'EUR', final_until: null }]);
    expect(await rows('ad_day_changes', 'day')).toEqual([]);
  });

  test('what is said again writes no row, and is final a month later; a campaign that rests stays as it was', async () => {
    await extractFrom(extraction);
    await importAll();
    const before = [await rows('ad_performance', 'date', 'campaign_id'), await rows('ad_entities', 'kind', 'id')];
    simulator.now += 32 * DAY_MS;
    await extractFrom(extraction);
    expect((await importAll()).report.totals).toMatchObject({ inserted: 0, updated: 0, facts_inserted: 0, facts_updated: 1, facts_deleted: 0 });
    expect([await rows('ad_performance', 'date', 'campaign_id'), await rows('ad_entities', 'kind', 'id')]).toEqual(before);
    expect(await rows('ad_accounts', 'account')).toMatchObject([{ final_until: '2026-11-30' }]);
    simulator.now += DAY_MS;
    simulator.figures.set('2026-12-30', [{ product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '111', cost: '2', budget: '30.0', status: 'ARCHIVED' }]);
    await extractFrom(extraction);
    await importAll();
    expect(await rows('ad_entities', 'kind', 'id')).toMatchObject([{ id: '111' }, { id: '90071992547409931' }, { id: '11', status: 'ARCHIVED', budget: 3_000 }, { id: '21', budget: 2_500 }, { id: '31' }]);
  });

  test('a day of which a number is none is held as it was', async () => {
    await extractFrom(extraction);
    await importAll();
    simulator.now += 3_600_000;
    simulator.figures.set('2026-11-26', [{ product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '111', cost: '"12.34 EUR"' }, { product: 'SPONSORED_PRODUCTS', campaign: '11', adGroup: '112', cost: '5' }]);
    await extractFrom(extraction);
    const { report } = await importAll();
    expect(report.status).toBe('refused');
    expect(new Set((await rows('rejected_rows', 'line')).map(({ code }) => code))).toEqual(new Set(['invalid_value', 'day_held']));
    expect((await rows('ad_performance', 'date', 'campaign_id')).filter(({ date, campaign_id: campaign }) => date === '2026-11-26' && campaign === '11')).toMatchObject([{ ad_group_id: '90071992547409931', spend_micros: 12_340_000 }]);
  });

  test('without sums of the account there is nothing to hold its days against', async () => {
    await extractFrom(extraction);
    await importAll();
    const tally = new InvariantTally();
    await suite.database.snapshot((tx) => checkAds({ database: suite.database, tx }, ['alpina'], tally));
    expect(tally.states.get('ad_days_add_up')?.checked ?? 0).toBe(0);
  });
});
