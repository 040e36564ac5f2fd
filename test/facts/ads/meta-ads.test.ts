import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { addDays, instantFromMillis, type LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import { readAdDays } from '../../../src/metrics/marketing/read-marketing.repository.ts';
import { metaAds } from '../../../src/sources/platforms/meta-ads/meta-ads.ts';
import { MetaAdsSimulator } from '../../simulators/meta-ads/meta-ads.ts';
import { extractFrom, type Extraction } from '../../sources/extract/extraction.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const DAY_MS = 86_400_000;
const START = '2026-11-01' as LocalDate;
const day = (number: number): LocalDate => addDays(START, number - 1);

describeEachDatabase('the facts of Meta Ads', (suite) => {
  let simulator: MetaAdsSimulator;
  let extraction: Extraction;
  let folder: string;
  const extract = () => extractFrom(extraction);
  const importAll = () => importSources(suite.database, { lake: extraction.lake, folder, put: () => Promise.resolve() }, { now: () => instantFromMillis(simulator.now) });
  const rows = (table: string, ...order: string[]): Promise<Record<string, unknown>[]> => suite.database.read((knex) => knex<Record<string, unknown>>(table).orderBy(order).select('*'));
  const ads = () => rows('ad_performance', 'account', 'date', 'campaign_id', 'ad_group_id');
  const spendOf = (facts: readonly Record<string, unknown>[], date: string): number => facts.filter((fact) => fact['date'] === date).reduce((sum, fact) => sum + Number(fact['spend_micros']), 0);

  beforeEach(async () => {
    simulator = await new MetaAdsSimulator().start();
    await suite.empty();
    folder = temporaryFolder('sources');
    extraction = { database: suite.database, lake: openFolderLake(folder), platform: metaAds, simulator, secrets: new Map([['ACCESS_TOKEN', 'simulated-system-user']]), account: { settings: { ad_account: '1122334455' }, start: START } };
    for (let number = 1; number <= 28; number++) {
      simulator.figures.set(day(number), [
        { campaign: '10', adSet: '100', spend: 12_340_000 + number, impressions: 100, clicks: 4, purchases: 2, value: 99_900_000 },
        { campaign: '10', spend: 1_250_000, impressions: 5 },
        { campaign: '11', spend: 500_000 },
      ]);
    }
    simulator.campaigns = [{ id: '10', name: 'Autumn', effective_status: 'ACTIVE', daily_budget: '5000' }, { id: '11', name: 'Old', effective_status: 'DELETED' }];
    simulator.adSets = [{ id: '100', campaign_id: '10', name: 'Wide', effective_status: 'PAUSED', lifetime_budget: '120000', daily_budget: '0' }];
  });
  afterEach(() => simulator.close());

  test('a row of the campaign beyond its ad sets makes the sum that of the account, on every day', async () => {
    await extract();
    const { report } = await importAll();
    expect(report).toMatchObject({ status: 'succeeded', totals: { rejected: 0, facts_inserted: 28 * 3 + 3 + 1 } });
    const facts = await ads();
    expect(facts.slice(0, 3)).toMatchObject([
      { platform: 'meta', account: 'main', date: day(1), campaign_id: '10', ad_group_id: '', spend_micros: 1_250_000, campaign_name: 'Autumn', source: 'sources' },
      { ad_group_id: '100', spend_micros: 12_340_001, claimed_value_micros: 99_900_000, attribution: '7d_click_1d_view', zone: 'Europe/Zurich', currency: 'CHF' },
      { campaign_id: '11', ad_group_id: '', spend_micros: 500_000 },
    ]);
    const control = await suite.database.read((knex) => knex<{ date: string; spend: string }>('raw_meta_ads_account_day').select('date', 'spend'));
    expect(control).toHaveLength(28);
    for (const { date, spend } of control) expect(spendOf(facts, date)).toBe(Math.round(Number(spend) * 1_000_000));
    expect(await rows('ad_entities', 'kind', 'id')).toMatchObject([
      { kind: 'ad_group', id: '100', parent_id: '10', budget: 120_000, budget_period: 'lifetime', currency: 'CHF', status: 'PAUSED' },
      { kind: 'campaign', id: '10', budget: 5_000, budget_period: 'daily', name: 'Autumn' },
      { kind: 'campaign', id: '11', budget: null, currency: null, status: 'DELETED' },
    ]);
    expect(await rows('ad_accounts', 'account')).toMatchObject([{ platform: 'meta', id: '1122334455', zone: 'Europe/Zurich', currency: 'CHF', final_until: null }]);
    expect(await rows('ad_day_changes', 'day')).toEqual([]);
  });

  test('a day that is stated again changes that day alone, on the third day after it as on the 27th', async () => {
    simulator.now -= 2 * DAY_MS;
    await extract();
    await importAll();
    const before = await ads();
    simulator.now += 2 * DAY_MS;
    for (const number of [1, 25]) simulator.figures.set(day(number), [{ campaign: '10', adSet: '100', spend: 99_000_000, impressions: 100, clicks: 4 }]);
    await extract();
    await importAll();
    const after = await ads();
    const known = new Set(before.map((fact) => JSON.stringify(fact)));
    const changed = after.filter((fact) => !known.has(JSON.stringify(fact)));
    expect(changed.map((fact) => [fact['date'], fact['ad_group_id'], fact['spend_micros']])).toEqual([
      [day(1), '100', 99_000_000],
      [day(25), '100', 99_000_000],
      // New since the first run.
      ...[27, 28].flatMap((number) => [[day(number), '', 1_250_000], [day(number), '100', 12_340_000 + number], [day(number), '', 500_000]]),
    ]);
    expect([1, 25].map((number) => spendOf(after, day(number)))).toEqual([99_000_000, 99_000_000]);
    expect(await suite.database.read((knex) => knex('fact_changes').where({ fact: 'ad_performance' }).pluck('period'))).toEqual(['2026-11']);
  });

  test('days that say the same again write no row, and become final with the batch that says so', async () => {
    await extract();
    await importAll();
    const before = await ads();
    simulator.now += 14 * DAY_MS;
    await extract();
    const { report } = await importAll();
    expect(report.totals).toMatchObject({ inserted: 0, updated: 0, facts_inserted: 0, facts_deleted: 0 });
    expect(await ads()).toEqual(before);
    expect(await rows('ad_accounts', 'account')).toMatchObject([{ final_until: '2026-11-14' }]);
    const state = await suite.database.read((knex) => knex<{ stream: string; final_until: string }>('extract_state').whereNotNull('final_until').select('stream', 'final_until').orderBy('stream'));
    // Metrics tell by it what is provisional, though no row was written.
    const stated = await suite.database.snapshot((tx) => readAdDays({ database: suite.database, tx }, 'alpina', { from: day(1), to: day(29) }));
    expect(stated.map(({ statedBy }) => statedBy.slice(0, 8))).toEqual(stated.map(() => '20261212'));
    expect(state).toEqual(['account_day', 'ad_set_day', 'campaign_day'].map((stream) => ({ stream, final_until: '2026-11-14' })));
  });

  test('a day that the platform no longer has figures of is emptied', async () => {
    await extract();
    await importAll();
    simulator.figures.delete(day(27));
    simulator.now += 3_600_000;
    await extract();
    const { report } = await importAll();
    expect(report.totals).toMatchObject({ removed: 4, facts_deleted: 3 });
    expect(spendOf(await ads(), day(27))).toBe(0);
  });
});
