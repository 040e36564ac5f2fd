import { beforeEach, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { systemClock, type LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { customerLake, customerRows, writeRows } from '../support/rows/customers.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { dumpTables } from '../support/databases/tables.ts';
import { workspace } from '../support/program/hub.ts';
import { buildMetrics, forgetMetrics, metricsState } from '../support/stages/metrics.ts';
import { noteModels, storeSpells } from './models/stored-lives.ts';
import { spellsOf } from './prediction/simulated.ts';
import { ID_KEY, fill, invoiceRows, refundRows, runStages } from '../support/stages/orders.ts';

const OF_MODELS = failpoints.filter((name) => /^metrics\.(sums\.written|models|predictions)/.test(name));
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

  test('between models and what they predict, or among the latter, leaves the predictions of a clean run', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY });
    const build = (failpoint = '') => place.hub(['build-metrics', '--as-of', '2026-01-05', '--no-progress'], { HUB_FAILPOINT: failpoint });
    const day = '2025-12-31' as LocalDate;
    expect((await build()).code).toBe(0);
    // More persons than one transaction takes.
    await storeSpells(suite.database, 'alpina', spellsOf(1_100, { alpha: 0.3, beta: 6, months: 1, first: '2024-01-15' as LocalDate, asOf: day }), 1);
    await noteModels(suite.database, ['alpina']);
    expect((await build()).code).toBe(0);
    const stateNow = () => dumpTables(suite.database, ['metric_models', 'customer_predictions', 'metric_partitions'], ['created_run', 'updated_at', 'change_no']);
    const clean = await stateNow();
    expect(clean['metric_models']).toMatchObject([{ refused: null }]);
    expect(clean['customer_predictions']?.length).toBeGreaterThan(300);
    expect(clean['metric_partitions']).toEqual([]);

    for (const name of OF_MODELS) {
      await suite.database.write(async (tx) => {
        for (const table of ['metric_models', 'customer_predictions']) await tx(table).delete();
      });
      await noteModels(suite.database, ['alpina']);
      expect((await build(name)).code).toBe('SIGKILL');
      expect(await stateNow()).not.toEqual(clean);
      expect((await build()).code).toBe(0);
      expect({ name, state: await stateNow() }).toEqual({ name, state: clean });
    }
  }, 120_000);
});
