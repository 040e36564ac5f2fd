import { beforeEach, describe, expect, test } from '@jest/globals';

import { metaCampaignDay } from '../../src/sources/streams/meta-ads/days.ts';
import { replaceFacts } from '../../src/facts/ads/write-ad-facts.repository.ts';
import { factTables } from '../../src/facts/fact-tables.ts';
import { factsOf } from '../../src/facts/index.ts';
import { writeFacts } from '../../src/facts/write-facts.repository.ts';
import { shopifyStock } from '../../src/sources/streams/shopify/stock.ts';
import { adPerformanceOf, microsOf, stockLevelOf } from '../../src/facts/row-facts.ts';
import { adEntities, inventoryEntities } from '../../src/sources/index.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { testClock, type TestClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { importLake } from '../support/stages/import.ts';
import { csv, testLake, type ExportRow, type TestLake } from '../support/lakes/lake.ts';
import { adRow } from '../raw/keeping/restated/ad-rows.ts';
import { marketingVectors, type RestatedDays } from './marketing-vectors.ts';

test('microsOf keeps six places and rounds what is beyond them half-even', () => {
  expect(['12.345678', '0.0000005', '0.0000015', '-3', '0', '-0.5', '1234567890.5', '999999999.999999'].map(microsOf)).toEqual([12_345_678, 0, 2, -3_000_000, 0, -500_000, 1_234_567_890_500_000, 999_999_999_999_999]);
});

test('adPerformanceOf leaves what a platform does not claim empty', () => {
  expect(adPerformanceOf({ platform: 'meta', account_id: '1', date: '2026-01-01', campaign_id: 'c', currency: 'EUR', spend: '1.5', conversion_value: null })).toMatchObject({
    ad_group_id: '', spend_micros: 1_500_000, claimed_value_micros: null, clicks: null,
  });
});

test('stockLevelOf has as available what is not reserved', () => {
  expect(stockLevelOf({ sku: 'A', date: '2026-01-01', on_hand: '3', reserved: '5.5', lead_time_days: '14' })).toMatchObject({ location: '', available: '-2.5', lead_time_days: 14 });
  expect(stockLevelOf({ sku: 'A', date: '2026-01-01', on_hand: '30' })).toMatchObject({ reserved: '0', available: '30', reorder_point: null });
});

describeEachDatabase('facts of ads and inventory', (suite) => {
  let lake: TestLake;
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    lake = testLake();
    clock = testClock();
  });
  const run = async () => {
    clock.advance(60_000);
    const { report } = await importLake(suite.database, lake, clock, { command: 'import-ads', entities: [...adEntities, ...inventoryEntities], rejectLimit: parseRejectLimit('5') }, undefined, undefined, factsOf);
    return report;
  };
  const write = (entity: string, batch: string, rows: readonly ExportRow[]) => lake.write(entity, batch, csv(rows), { feed: entity.startsWith('ad_') ? 'ads' : 'inventory' });
  const rows = async (table: string, ...columns: string[]) => {
    const found = await suite.database.knex<Record<string, string | number | null>>(table).select(...columns);
    return found.map((row) => columns.map((column) => (/^(available|unit_cost|amount|cost)$/.test(column) ? Number(row[column]) : (row[column] ?? null)))).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  };

  test.each(marketingVectors.filter((vector): vector is RestatedDays => 'batches' in vector))('restate days as the case says: $name', async ({ batches, expect: expected, ...counts }) => {
    const told = [];
    for (const [batch, stated] of batches) {
      write('ad_performance', batch, stated.map(([Platform, AccountId, Date, CampaignId, Spend]) => adRow({ Platform, AccountId, Date, CampaignId, AdGroupId: '', Spend })));
      told.push((await run()).totals);
    }
    const stored = await suite.database.knex<{ date: string; campaign_id: string; spend_micros: number | string }>('ad_performance').orderBy(['date', 'campaign_id']).select('date', 'campaign_id', 'spend_micros');
    expect(stored.map(({ date, campaign_id: id, spend_micros: micros }) => [date, id, Number(micros)])).toEqual(expected.map(([date, id, spend]) => [date, id, microsOf(spend)]));
    if (counts.counts_of_second) expect(told[1]).toMatchObject({ updated: counts.counts_of_second.updated, removed: counts.counts_of_second.deleted });
    if (counts.counts_of_third) expect(told[2]).toMatchObject({ stale: counts.counts_of_third.stale });
  });

  test('follow their rows: written anew, otherwise, and taken away', async () => {
    write('ad_budget', '20261001T060000Z', [{ Platform: 'meta', AccountId: '', CampaignId: '', Month: '2026-10-17', Currency: 'EUR', Amount: '3000.005' }]);
    write('product_cost', '20261001T060000Z', [
      { SKU: 'A', Currency: 'EUR', ValidFrom: '2026-01-01', UnitCost: '1.115', FulfilmentCost: '', Deleted: '' },
      { SKU: 'A', Currency: 'EUR', ValidFrom: '2026-03-01', UnitCost: '2', FulfilmentCost: '', Deleted: '' },
    ]);
    write('shipping_cost', '20261001T060000Z', [{ OrderId: 'SO-1', Currency: 'JPY', Cost: '800', ShippedAt: '2026-09-30' }]);
    expect((await run()).totals).toMatchObject({ read: 4, inserted: 4, rejected: 0 });
    expect(await rows('ad_budgets', 'platform', 'account', 'month', 'amount')).toEqual([['meta', '', '2026-10-01', 300_000]]);
    expect(await rows('product_costs', 'sku', 'valid_from', 'unit_cost', 'source')).toEqual([['A', '2026-01-01', 1.115, 'inventory'], ['A', '2026-03-01', 2, 'inventory']]);
    expect(await rows('shipping_costs', 'order_id', 'cost')).toEqual([['SO-1', 800]]);
    write('product_cost', '20261002T060000Z', [
      { SKU: 'A', Currency: 'EUR', ValidFrom: '2026-01-01', UnitCost: '1.5', FulfilmentCost: '', Deleted: '' },
      { SKU: 'A', Currency: 'EUR', ValidFrom: '2026-03-01', UnitCost: '', FulfilmentCost: '', Deleted: 'true' },
    ]);
    expect((await run()).totals).toMatchObject({ updated: 1, deleted: 1 });
    expect(await rows('product_costs', 'sku', 'valid_from', 'unit_cost', 'batch')).toEqual([['A', '2026-01-01', 1.5, '20261002T060000Z']]);
  });

  test('of stock are the newest day of each place, also after that day is taken back', async () => {
    const level = (Date: string, Location: string, OnHand: string, Deleted = '') => ({ SKU: 'A', Location, Date, OnHand, Reserved: '1', Deleted });
    write('stock_level', '20261003T060000Z', [level('2026-10-02', 'north', '10'), level('2026-10-03', 'north', '8'), level('2026-10-01', '', '5')]);
    await run();
    expect(await rows('stock_levels', 'sku', 'location', 'as_of', 'available')).toEqual([['A', '', '2026-10-01', 4], ['A', 'north', '2026-10-03', 7]]);
    write('stock_level', '20261004T060000Z', [level('2026-10-03', 'north', '8', 'true'), level('2026-10-01', '', '5', 'true')]);
    await run();
    expect(await rows('stock_levels', 'sku', 'location', 'as_of', 'available')).toEqual([['A', 'north', '2026-10-02', 9]]);
  });

  describe('of two sources of one slice are those of the later batch', () => {
    const campaign = (id: string, spend: string) => adRow({ CampaignId: id, AdGroupId: '', Spend: spend });
    const file = async (batch: string, ...campaigns: readonly [string, string][]) => {
      write('ad_performance', batch, campaigns.map(([id, spend]) => campaign(id, spend)));
      await run();
    };
    /** What the platform's API says of the day, as its derivation hands it over. */
    const api = async (batch: string, ...groups: readonly [string, number][]) => {
      const fact = (id: string, micros: number) => ({ ...adPerformanceOf({ platform: 'meta', account_id: 'act_1', date: '2026-10-01', campaign_id: 'c1', ad_group_id: id, currency: 'EUR' }), spend_micros: micros });
      await suite.database.write((tx) =>
        replaceFacts({ database: suite.database, tx, brand: 'alpina', entity: metaCampaignDay, changeNo: 1 }, factTables.adPerformance, { platform: 'meta', account: 'act_1', date: '2026-10-01' }, groups.map(([id, micros]) => ({ fact: fact(id, micros), batch })), { inserted: 0, updated: 0, unchanged: 0, deleted: 0 }),
      );
    };
    const spend = () => rows('ad_performance', 'source', 'campaign_id', 'ad_group_id', 'spend_micros');
    const fromApi = [['sources', 'c1', 'g1', 7_000_000], ['sources', 'c1', 'g2', 1_000_000]];

    test('whichever of them is imported first', async () => {
      await file('20261002T060000Z', ['c1', '5'], ['c2', '3']);
      await api('20261003T060000Z', ['g1', 7_000_000], ['g2', 1_000_000]);
      expect(await spend()).toEqual(fromApi);
      await suite.empty();
      lake = testLake();
      await api('20261003T060000Z', ['g1', 7_000_000], ['g2', 1_000_000]);
      await file('20261002T060000Z', ['c1', '5'], ['c2', '3']);
      expect(await spend()).toEqual(fromApi);
    });

    test('all of the slice, also what the later batch repeats as it was', async () => {
      await file('20261002T060000Z', ['c1', '5'], ['c2', '3']);
      await api('20261003T060000Z', ['g1', 7_000_000]);
      await file('20261004T060000Z', ['c1', '5'], ['c2', '4']);
      expect(await spend()).toEqual([['ads', 'c1', '', 5_000_000], ['ads', 'c2', '', 4_000_000]]);
    });

    test('and a day of another account or date stays', async () => {
      write('ad_performance', '20261004T060000Z', [adRow({ Date: '2026-10-02', AdGroupId: '' }), adRow({ AccountId: 'act_2', AdGroupId: '' })]);
      await run();
      await api('20261005T060000Z', ['g1', 7_000_000]);
      expect((await spend()).map(([source]) => source)).toEqual(['ads', 'ads', 'sources']);
    });
  });

  test('of stock that a file tells leave alone what a shop says of other places', async () => {
    await suite.database.write((tx) =>
      writeFacts({ database: suite.database, tx, brand: 'alpina', entity: shopifyStock, changeNo: 1 }, factTables.stockLevels, [
        { fact: { sku: 'A', location: 'loc-1', as_of: '2026-10-01', on_hand: '3', reserved: '1', available: '2' }, batch: '20261001T060000Z' },
      ]),
    );
    write('stock_level', '20261003T060000Z', [{ SKU: 'A', Location: 'north', Date: '2026-10-02', OnHand: '10', Reserved: '1', Deleted: '' }]);
    await run();
    expect(await rows('stock_levels', 'source', 'location', 'available')).toEqual([['inventory', 'north', 9], ['sources', 'loc-1', 2]]);
  });
});
