import { beforeAll, expect, test } from '@jest/globals';

import { generateLake } from '../../fixtures/generate/generate.ts';
import { addMonths, type LocalDate } from '../../src/core/time.ts';
import { migrate, newDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { buildMetrics } from '../support/stages/metrics.ts';
import { bringOrdersUp, measureOf, reconcileAll } from '../support/stages/reconcile.ts';
import { fill } from '../support/stages/orders.ts';
import { testClock } from '../support/suite/clock.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const END = '2026-03-31' as LocalDate;
const clock = testClock();
let suite: TestDatabase;

beforeAll(async () => {
  suite = await newDatabase('sqlite');
  await migrate(suite.database);
  const root = temporaryFolder('generated');
  await generateLake({ out: root, accounts: 80, days: 3, seed: 'metrics', end: END, emailEvents: 0 });
  await fill(suite.database, { root, write: () => undefined }, clock);
  await bringOrdersUp(suite.database, clock);
  await buildMetrics(suite.database, clock);
}, 240_000);

test('on ten days of a generated lake metrics count as many active subscriptions as reconcile, and everything of them adds up', async () => {
  const days = Array.from({ length: 10 }, (_, index) => addMonths(END, -3 * index));
  const counts: number[] = [];
  for (const asOf of days) {
    const found = await reconcileAll(suite.database, clock, { asOf, dryRun: true });
    const [row] = await suite.database.read((knex) => knex('metric_active_days').where({ day: asOf, market: '*', class: '*' }).whereNot({ brand: '*' }).sum({ active: 'subscriptions' }));
    expect([asOf, Number(row?.['active'] ?? 0)]).toEqual([asOf, measureOf(found, 'hub')]);
    const broken = found.report.totals.invariants.filter(({ name, broken: count, pending }) => name.endsWith('_adds_up') && count + pending > 0);
    expect([asOf, broken]).toEqual([asOf, []]);
    counts.push(Number(row?.['active'] ?? 0));
  }
  expect(Math.min(...counts.slice(0, 5))).toBeGreaterThan(5);
  expect(new Set(counts).size).toBeGreaterThan(4);
}, 240_000);
