import { beforeEach, expect, test } from '@jest/globals';

import { checkAds } from '../../../src/reconcile/ads/check-ads.ts';
import { InvariantTally, type InvariantState } from '../../../src/reconcile/ledger/invariants.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testSourceLake, type TestSourceLake } from '../../support/lakes/source-lake.ts';
import { importSources } from '../../support/stages/import-sources.ts';
import { testClock } from '../../support/suite/clock.ts';

const day = (date: string, spend: string, more: object): object => ({ account_id: '1', account_currency: 'CHF', spend, impressions: '1', clicks: '1', date_start: date, date_stop: date, ...more });
const campaign = (date: string, spend: string): object => day(date, spend, { campaign_id: '10', campaign_name: 'Autumn' });

describeEachDatabase('the control of ad accounts', (suite) => {
  let lake: TestSourceLake;
  beforeEach(async () => {
    await suite.empty();
    lake = testSourceLake();
  });
  const checked = async (): Promise<InvariantState | undefined> => {
    const tally = new InvariantTally();
    await suite.database.snapshot((tx) => checkAds({ database: suite.database, tx }, ['alpina', 'belmont'], tally));
    return tally.states.get('ad_days_add_up');
  };

  test('compares each day with what the account itself spent, and names a final day that differs', async () => {
    const replaces: [string, string] = ['2026-10-01', '2026-10-04'];
    const batch = '20261128T100000Z';
    await lake.put(
      { name: `meta_ads/account/main/${batch}`, replaces: 'all', records: [{ account_id: '1', name: 'A', currency: 'CHF', timezone_name: 'Europe/Zurich' }] },
      { name: `meta_ads/campaign_day/main/${batch}`, replaces, records: [campaign('2026-10-01', '12.34'), campaign('2026-10-02', '5.00')] },
      { name: `meta_ads/account_day/main/${batch}`, replaces, records: [day('2026-10-01', '12.34', {}), day('2026-10-02', '5.01', {})] },
    );
    await importSources(suite.database, lake, testClock());
    expect(await checked()).toEqual({ checked: 2, broken: 1, pending: 0, samples: ['ad account meta main on 2026-10-02: 5000000 micros, account 5010000'] });
  });

  test('a day that is not final may differ, as may one whose campaigns are not there yet', async () => {
    const replaces: [string, string] = ['2026-11-27', '2026-11-29'];
    await lake.put(
      { name: 'meta_ads/account/main/20261128T100000Z', replaces: 'all', records: [{ account_id: '1', currency: 'CHF', timezone_name: 'Europe/Zurich' }] },
      { name: 'meta_ads/account_day/main/20261128T100000Z', replaces, records: [day('2026-11-27', '1.00', {}), day('2026-11-28', '2.00', {})] },
    );
    await importSources(suite.database, lake, testClock());
    expect(await checked()).toEqual({ checked: 2, broken: 0, pending: 2, samples: [] });
  });
});
