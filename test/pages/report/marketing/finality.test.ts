import { beforeEach, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../../src/core/time.ts';
import type { View } from '../../../../src/pages/report/declare/page.ts';
import { reportPages } from '../../../../src/pages/report/pages.ts';
import { describeEachDatabase } from '../../../support/databases/databases.ts';
import { fillMetricTables, insertMetrics, makeMetricTables } from '../../../support/rows/metric-tables.ts';

const asOf = '2026-03-18' as LocalDate;
const brands = ['alpina', 'nordkraft'];
const view: View = { asOf, brands, allBrands: brands, from: null, until: null, names: new Map() };
const AD = { brand: 'alpina', platform: 'meta', account: 'a', campaign_id: 'c', ad_group_id: '', currency: 'EUR', impressions: 1, clicks: 1, spend_micros: 1_000_000, claimed_value_micros: 0, hub_orders: 0, hub_revenue: 0 };
/** What stands on advertisements, by page and section; visits say the same of what counts them. */
const ON_ADS: Readonly<Record<string, readonly string[]>> = {
  marketing: ['pacing', 'spend', 'acquisition-cost', 'acquisition-by-channel', 'efficiency', 'platforms', 'campaigns-and-ad-groups'],
  ltv: ['coupons-and-campaigns'],
  week: ['amounts', 'efficiency'],
};

describeEachDatabase('what stands on advertisements', (suite) => {
  beforeEach(async () => {
    await makeMetricTables(suite.database);
    await suite.empty();
  });

  test('says until when they are final', async () => {
    await fillMetricTables(suite.database, asOf);
    await suite.database.write((tx) => tx('metric_ad_days').delete());
    await insertMetrics(suite.database, 'metric_ad_days', [{ ...AD, day: '2026-03-01', provisional: 0 }, { ...AD, day: '2026-03-05', provisional: 1, row_id: 'open' }, { ...AD, day: '2026-03-16', provisional: 1, row_id: 'newest' }]);
    for (const [page, names] of Object.entries(ON_ADS)) {
      const sections = reportPages.find(({ name }) => name === page)?.sections ?? [];
      expect(sections.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]));
      for (const section of sections.filter(({ name }) => names.includes(name))) {
        const { coverage } = await suite.database.snapshot((tx) => section.read(tx, view));
        expect([page, section.name, coverage]).toEqual([page, section.name, expect.stringMatching(/[Ff]inal until 2026-03-04: later days can still change.* The newest day is 2026-03-16\./)]);
      }
    }
  });
});
