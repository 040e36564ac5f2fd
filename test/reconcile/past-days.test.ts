import { beforeAll, expect, test } from '@jest/globals';

import type { LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { enrich } from '../support/stages/enrich.ts';
import { buildMetrics } from '../support/stages/metrics.ts';
import { bringOrdersUp, measureOf, reconcileAll, stepsOf } from '../support/stages/reconcile.ts';
import { fill, fixtureLake } from '../support/stages/orders.ts';

/** Active subscriptions on the evening of ten days, counted from the export by hand and not by this program. */
const ACTIVE: readonly (readonly [day: string, active: number])[] = [
  ['2023-12-31', 24],
  ['2024-03-15', 40],
  ['2024-06-30', 47],
  ['2024-08-31', 55],
  ['2024-12-31', 64],
  ['2025-04-01', 80],
  ['2025-06-30', 91],
  ['2025-11-11', 154],
  ['2025-12-31', 166],
  ['2026-02-28', 175],
];

describeEachDatabase('a reconciliation of a day of the past', (suite) => {
  const clock = testClock();

  beforeAll(async () => {
    await fill(suite.database, fixtureLake, clock);
    await bringOrdersUp(suite.database, clock);
    await buildMetrics(suite.database, clock);
  }, 240_000);

  test('counts what was active then, whatever has become of it since, and explains the difference', async () => {
    const found = [];
    for (const [day] of ACTIVE) {
      const reconciliation = await reconcileAll(suite.database, clock, { asOf: day as LocalDate, dryRun: true });
      expect([day, reconciliation.report.totals.unexplained]).toEqual([day, 0]);
      // Of metrics too: recurring revenue, revenue and what was active on that day.
      for (const name of ['mrr_adds_up', 'revenue_adds_up', 'active_adds_up']) {
        const invariant = reconciliation.report.totals.invariants.find((each) => each.name === name);
        expect([day, name, invariant?.broken, invariant?.pending, (invariant?.checked ?? 0) > 2]).toEqual([day, name, 0, 0, true]);
      }
      expect([day, await activeInMetrics(suite, day)]).toEqual([day, measureOf(reconciliation, 'hub')]);
      found.push([day, measureOf(reconciliation, 'hub')]);
    }
    expect(found).toEqual(ACTIVE);
  }, 180_000);

  test('finds metrics that somebody changed, and says where', async () => {
    const samplesOf = async (asOf: string): Promise<string> => {
      const { totals } = (await reconcileAll(suite.database, clock, { asOf: asOf as LocalDate, dryRun: true })).report;
      return totals.invariants.filter(({ broken }) => broken > 0).map(({ name, broken, samples }) => `${name} ${broken}: ${samples.join('; ')}`).join('\n');
    };
    const changed = async (table: string, where: Record<string, string>, column: string, work: () => Promise<void>): Promise<void> => {
      const add = (amount: number) => suite.database.write((tx) => tx(table).where(where).increment(column, amount));
      await add(7);
      await work();
      await add(-7);
    };
    await changed('metric_mrr_days', { brand: 'alpina', currency: 'EUR', day: '2025-03-01' }, 'mrr', async () => {
      expect(await samplesOf('2025-06-30')).toMatch(/^mrr_adds_up 1: recurring revenue of alpina on 2025-03-01: [\d.]+ EUR, movements [\d.]+ EUR, segments [\d.]+ EUR$/);
    });
    await changed('metric_active_days', { brand: 'alpina', market: 'AT', class: '*', day: '2025-06-30' }, 'subscriptions', async () => {
      expect(await samplesOf('2025-06-30')).toMatch(/^active_adds_up 1: active subscriptions of alpina, market AT: \d+, hub \d+$/);
    });
    await changed('revenue_facts', { brand: 'alpina', currency: 'EUR' }, 'tax', async () => {
      expect(await samplesOf('2025-06-30')).toMatch(/^revenue_adds_up 1: revenue of alpina: [\d.,]+ EUR, accounts [\d.,]+ EUR$/);
    });
    expect(await samplesOf('2025-06-30')).toBe('');
  }, 180_000);

  test('says what was expired, suspended or resumed since', async () => {
    const steps = stepsOf(await reconcileAll(suite.database, clock, { asOf: '2025-06-30' as LocalDate, dryRun: true }), 'billing_hub');
    expect(steps).toMatchObject({ not_started: expect.any(Number), expired_since: expect.any(Number), cancelled_in_future: expect.any(Number) });
    const between = stepsOf(await reconcileAll(suite.database, clock, { asOf: '2024-09-05' as LocalDate, dryRun: true }), 'billing_hub');
    expect(between).toMatchObject({ suspended_then: -1 });
  }, 60_000);

  test('agrees with an enrichment as of that day', async () => {
    await enrich(suite.database, clock, { asOf: '2025-06-30' as LocalDate });
    const [row] = await suite.database.read((knex) => knex('enriched_subscriptions').where({ is_active: 1 }).count({ active: '*' }));
    expect(Number(row?.['active'])).toBe(91);
  }, 60_000);
});

/** The active subscriptions of a day as the metrics have them, over all brands. */
async function activeInMetrics({ database }: TestDatabase, day: string): Promise<number> {
  const [row] = await database.read((knex) => knex('metric_active_days').where({ day, market: '*', class: '*' }).whereNot({ brand: '*' }).sum({ active: 'subscriptions' }));
  return Number(row?.['active']);
}
