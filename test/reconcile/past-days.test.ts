import { beforeAll, expect, test } from '@jest/globals';

import type { LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { enrich } from '../support/stages/enrich.ts';
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
  }, 180_000);

  test('counts what was active then, whatever has become of it since, and explains the difference', async () => {
    const found = [];
    for (const [day] of ACTIVE) {
      const reconciliation = await reconcileAll(suite.database, clock, { asOf: day as LocalDate, dryRun: true });
      expect([day, reconciliation.report.totals.unexplained]).toEqual([day, 0]);
      found.push([day, measureOf(reconciliation, 'hub')]);
    }
    expect(found).toEqual(ACTIVE);
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
