import { beforeEach, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { workspace } from '../support/program/hub.ts';
import { buildMetrics, forgetMetrics, metricsState } from '../support/stages/metrics.ts';
import { ID_KEY, fill, invoiceRows, refundRows, runStages } from '../support/stages/orders.ts';

const FAILPOINTS = failpoints.filter((name) => /^(run|stage|metrics)\./.test(name));

describeEachDatabase('hub build-metrics, killed', (suite) => {
  beforeEach(() => suite.empty());

  test('at any commit point and run again leaves what a clean run leaves', async () => {
    const clock = testClock();
    const lake = customerLake('20260301T050000Z', [{ number: 1 }, { number: 2 }, { number: 3, brand: 'belmont' }]);
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY });
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    await buildMetrics(suite.database, clock);
    const changed = { number: 1, status: 'Suspended', updated: '2026-03-02 04:00:00' };
    writeRows(lake, '20260302T050000Z', 'alpina', customerRows(changed), customerRows({ number: 4 }), invoiceRows(1, 1, '2026-01-20', '30.00'), refundRows(1, 2, '2026-02-20', '35.00'));
    await fill(suite.database, lake, clock);
    await runStages(suite.database, clock);
    await buildMetrics(suite.database, clock);
    const clean = await metricsState(suite.database);
    expect(clean['revenue_facts']?.length).toBeGreaterThan(4);
    expect(clean['metric_mrr_days']?.length).toBeGreaterThan(4);

    for (const name of FAILPOINTS) {
      await forgetMetrics(suite.database);
      expect((await place.hub(['build-metrics', '--as-of', '2026-04-01', '--no-progress'], { HUB_FAILPOINT: name })).code).toBe('SIGKILL');
      expect(await buildMetrics(suite.database, systemClock)).toMatchObject({ status: 'succeeded' });
      expect({ name, state: await metricsState(suite.database) }).toEqual({ name, state: clean });
      for (const table of ['metric_queue', 'metric_partitions']) expect(await suite.database.read((knex) => knex(table))).toEqual([]);
    }
  }, 180_000);
});
