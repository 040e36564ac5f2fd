import { beforeAll, expect, test } from '@jest/globals';

import { parseShard } from '../../src/core/shard.ts';
import type { LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import type { TableDump } from '../support/databases/tables.ts';
import { buildMetrics, forgetMetrics, metricsState } from '../support/stages/metrics.ts';
import { fill, fixtureLake, runStages } from '../support/stages/orders.ts';
import { explainSubscriptions } from '../../src/metrics/explain/explained.repository.ts';
import { countsOf } from '../support/stages/enrich.ts';

const AS_OF = '2026-04-01' as LocalDate;

type Rows = Record<string, string | number | null>[];

describeEachDatabase('the metrics of the example lake', (suite) => {
  let expected: Record<string, TableDump> = {};

  beforeAll(async () => {
    const clock = testClock();
    await fill(suite.database, fixtureLake, clock);
    await runStages(suite.database, clock);
    const report = await buildMetrics(suite.database, clock);
    expect(report.totals['sums']).toMatchObject({ done: 'by_this_run' });
    expected = await metricsState(suite.database);
  }, 240_000);

  test('fill every table, but those of ads and stock, which are not imported here, and predictions: every model is refused, as there are too few customers', () => {
    expect(Object.entries(expected).flatMap(([table, rows]) => (rows.length === 0 ? [table] : []))).toEqual(['metric_ad_days', 'metric_stock', 'metric_pacing', 'customer_predictions']);
    const models = expected['metric_models'] ?? [];
    expect(new Set(models.map(({ model }) => model))).toEqual(new Set(['sbg', 'bgnbd', 'gamma_gamma']));
    expect(new Set(models.map(({ refused }) => refused))).toEqual(new Set(['too_few_customers']));
  });

  test('do not change when nothing has', async () => {
    const report = await buildMetrics(suite.database, testClock());
    // Of each brand stock and marketing of the month, and of the month of the day before, are looked at every time.
    expect(report.totals).toMatchObject({ persons: 0, sums: { partitions: 9 } });
    expect(countsOf(report)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  });

  test('are the same when they are rebuilt', async () => {
    const report = await buildMetrics(suite.database, testClock(), { rebuild: true });
    expect(countsOf(report)).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    expect(report.totals).toMatchObject({ mended: 0, taken_up_whole: 'rebuild' });
  }, 120_000);

  test('are the same when they were built as of earlier days before', async () => {
    await forgetMetrics(suite.database);
    for (const asOf of ['2024-06-30', '2025-06-30', '2025-03-01', '2026-04-01']) await buildMetrics(suite.database, testClock(), { asOf: asOf as LocalDate });
    expect(await metricsState(suite.database)).toEqual(expected);
  }, 240_000);

  test('are the same when four shards make them, one after the other or those of one brand first', async () => {
    await forgetMetrics(suite.database);
    await buildMetrics(suite.database, testClock(), { brands: ['belmont'] });
    for (const shard of ['2/4', '4/4', '1/4', '3/4']) await buildMetrics(suite.database, testClock(), { shard: parseShard(shard) });
    expect(await metricsState(suite.database)).toEqual(expected);
  }, 240_000);

  // The embedded database has one writer; connections of this one thread would only wait for each other.
  if (suite.dialect === 'mysql') {
    test('are the same when four shards make them at the same time; the last one sums up', async () => {
      await forgetMetrics(suite.database);
      const reports = await Promise.all(['1/4', '2/4', '3/4', '4/4'].map((shard) => buildMetrics(suite.openAgain(), testClock(), { shard: parseShard(shard) })));
      expect(reports.some(({ totals }) => (totals['sums'] as { done: string }).done === 'by_this_run')).toBe(true);
      expect(await metricsState(suite.database)).toEqual(expected);
    }, 120_000);
  }

  test('add up: movements to recurring revenue, and that to its segments, in each scope, currency and on each day', async () => {
    const days = await rows(suite, "select brand, currency, day, mrr from metric_mrr_days where day in ('2024-06-30', '2025-06-30', '2025-12-31', '2026-04-01')");
    expect(days.length).toBeGreaterThan(8);
    for (const { brand, currency, day, mrr } of days) {
      const [moved] = await rows(suite, 'select sum(amount) as amount from mrr_movements where brand = ? and currency = ? and movement_date <= ?', brand, currency, day);
      const ofBrand = brand === '*' ? '' : ` and brand = '${String(brand)}'`;
      const [billed] = await rows(suite, `select sum(mrr) as amount from subscription_mrr where currency = ? and from_date <= ? and (to_date is null or to_date > ?)${ofBrand}`, currency, day, day);
      expect([brand, currency, day, Number(moved?.['amount']), Number(billed?.['amount'] ?? 0)]).toEqual([brand, currency, day, Number(mrr), Number(mrr)]);
    }
  });

  test('add up: the net movement of the group is that of its brands, on each day', async () => {
    const net = 'sum(new + expansion + contraction + churn + reactivation) as net';
    const group = await rows(suite, `select day, currency, ${net} from metric_mrr_days where brand = '*' group by day, currency order by day, currency`);
    const brands = await rows(suite, `select day, currency, ${net} from metric_mrr_days where brand <> '*' group by day, currency order by day, currency`);
    expect(group.length).toBeGreaterThan(100);
    expect(brands).toEqual(group);
  });

  test('add up: revenue with its tax to what was invoiced less what was credited, in each brand and currency', async () => {
    const facts = await rows(suite, 'select brand, currency, sum(amount + tax) as amount from revenue_facts group by brand, currency order by brand, currency');
    const accounts = await rows(suite, 'select brand, currency, sum(invoiced) - sum(credited) as amount from customer_accounts group by brand, currency order by brand, currency');
    const above = (found: Rows): unknown[] => found.filter(({ amount }) => Number(amount) !== 0).map(({ brand, currency, amount }) => [brand, currency, Number(amount)]);
    expect(above(facts)).toEqual(above(accounts));
    expect(above(facts).length).toBeGreaterThan(2);
  });

  test('count as many active subscriptions as enrich does, by brand', async () => {
    const metrics = await rows(suite, "select brand, subscriptions from metric_active_days where day = '2026-04-01' and market = '*' and class = '*' order by brand");
    const enriched = await rows(suite, 'select brand, count(*) as subscriptions from enriched_subscriptions where is_active = 1 and is_test = 0 group by brand order by brand');
    const counts = (found: Rows): unknown[] => found.map(({ brand, subscriptions }) => [brand, Number(subscriptions)]);
    expect(counts(metrics)).toEqual(counts(enriched));
    expect(metrics.length).toBeGreaterThan(1);
  });

  test('are explained: each subscription comes to what is stored of it, which is told from what somebody changed', async () => {
    const chains = await rows(suite, 'select brand, chain_id, sum(case when from_date <= ? and (to_date is null or to_date > ?) then mrr else 0 end) as mrr from subscription_mrr group by brand, chain_id', AS_OF, AS_OF);
    const some = chains.filter((_, index) => index % 15 === 0);
    expect(some.length).toBeGreaterThan(10);
    const explain = (id: unknown): ReturnType<typeof explainSubscriptions> => explainSubscriptions(suite.database, { pricesIncludeTax: () => true }, String(id), AS_OF);
    for (const { brand, chain_id: id, mrr } of some) {
      const [found] = await explain(id);
      expect([found?.explanation.brand, found?.explanation.mrr, found?.stored]).toEqual([brand, Number(mrr), 'same']);
    }
    const [first] = some;
    await suite.database.write(async (tx) => {
      await tx('subscription_mrr').where({ chain_id: first?.['chain_id'] }).update({ mrr: 1 });
    });
    expect((await explain(first?.['chain_id'])).map(({ stored }) => stored)).toEqual(['different']);
    expect(await explain('nothing has this id')).toEqual([]);
  });

  test('are only counted by a dry run', async () => {
    await forgetMetrics(suite.database);
    const report = await buildMetrics(suite.database, testClock(), { dryRun: true });
    expect(report.totals).toMatchObject({ taken_up_whole: 'first_run', sums: { done: null } });
    expect(countsOf(report).inserted).toBeGreaterThan(100);
    expect(Object.values(await metricsState(suite.database)).flat()).toEqual([]);
  }, 120_000);
});

async function rows(suite: TestDatabase, statement: string, ...values: readonly (string | number | null | undefined)[]): Promise<Rows> {
  const found = await suite.database.read((knex) => knex.raw<unknown>(statement, values.map((value) => value ?? null)));
  const list = (Array.isArray(found) && Array.isArray(found[0]) ? found[0] : found) as Rows;
  return list.map((row) => ({ ...row }));
}
