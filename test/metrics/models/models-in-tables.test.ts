import { beforeAll, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { dumpTables } from '../../support/databases/tables.ts';
import { countsOf } from '../../support/stages/enrich.ts';
import { buildMetrics } from '../../support/stages/metrics.ts';
import { testClock } from '../../support/suite/clock.ts';
import { historiesOf, spellsOf } from '../prediction/simulated.ts';
import { noteModels, storeHistories, storeSpells } from './stored-lives.ts';

const DAY = '2025-12-31' as LocalDate;
const BUYING = { r: 0.6, alpha: 6, a: 0.8, b: 2.5, p: 5, q: 4, gamma: 12 };
const contracts = spellsOf(600, { alpha: 0.8, beta: 4, months: 1, first: '2023-01-15' as LocalDate, asOf: DAY });
const buyers = historiesOf(400, BUYING, { asOf: DAY, weeks: 80 }).map((history) => ({ ...history, customer: `b${history.customer}` }));
/** Whoever came back after a churn is no customer of a first contract. */
const returned = { customer: 'returned', from: '2024-01-15' as LocalDate, churned: '2024-03-15' as LocalDate };
const TABLES = ['metric_models', 'customer_predictions'];

type Stored = Readonly<Record<string, string | number | null>>;

describeEachDatabase('models of lifetime value', (suite) => {
  const read = (table: string): Promise<Stored[]> => suite.database.read((knex) => knex<Stored>(table).select('*'));
  const run = (asOf: string, changes = {}, settings = {}) => buildMetrics(suite.database, testClock(), { asOf: asOf as LocalDate, ...changes }, '0.0.0', settings);

  beforeAll(async () => {
    await run('2026-01-05');
    await storeSpells(suite.database, 'alpina', [...contracts, returned], 1);
    await storeSpells(suite.database, 'belmont', contracts.slice(0, 20), null);
    await storeHistories(suite.database, 'alpina', buyers);
    await suite.database.write((tx) => tx('mrr_movements').insert({ brand: 'alpina', person_id: 'returned', currency: 'EUR', movement_date: '2025-06-15', kind: 'reactivation', amount: 2_000, mrr_before: 0, mrr_after: 2_000, is_replacement: 0, chains: '[]', checksum: '0'.repeat(16), created_run: 'test', updated_at: '2026-01-01 00:00:00.000000', change_no: 1 }));
    await noteModels(suite.database, ['alpina', 'belmont']);
    await run('2026-01-05');
  }, 60_000);

  test('are fitted where there is enough to go by, with the error of their test', async () => {
    const models = await read('metric_models');
    expect(models.map(({ brand, model, segment, currency, refused }) => [brand, model, segment, currency, refused].join(' ')).sort()).toEqual([
      'alpina bgnbd * EUR ', 'alpina gamma_gamma * EUR ', 'alpina sbg 1 * ', 'belmont sbg other * other_period',
    ]);
    for (const row of models.filter(({ model, refused }) => model !== 'gamma_gamma' && refused === null)) {
      expect(Number(row['error'])).toBeGreaterThan(0);
      expect(Number(row['error'])).toBeLessThan(0.25);
      expect(Number(row['holdout_actual'])).toBeGreaterThanOrEqual(30);
    }
  });

  test('predict for everybody who is still there, and nobody else', async () => {
    const predictions = await read('customer_predictions');
    const there = contracts.filter(({ churned }) => churned === null).map(({ customer }) => customer);
    const persons = (model: string): string[] => predictions.filter((row) => row['model'] === model).map(({ person_id: id }) => String(id)).sort();
    expect(persons('sbg')).toEqual(there.sort());
    expect(persons('bgnbd')).toEqual(buyers.map(({ customer }) => customer).sort());
    for (const row of predictions) expect(Number(row['expected_value'])).toBeGreaterThan(0);
    const ids = new Map((await read('metric_models')).filter(({ brand }) => brand === 'alpina').map(({ model, model_id: id }) => [model, id]));
    for (const row of predictions) expect(row['model_id']).toBe(ids.get(String(row['model'])));
    // 36 months at 20.00 at most, less what discounts and leaving take.
    for (const row of predictions.filter(({ model }) => model === 'sbg')) expect(Number(row['expected_value'])).toBeLessThan(72_000);
  });

  test('do not move within a month; in the next one they do', async () => {
    const before = await dumpTables(suite.database, TABLES, ['created_run', 'updated_at', 'change_no']);
    await run('2026-01-31');
    expect(await dumpTables(suite.database, TABLES, ['created_run', 'updated_at', 'change_no'])).toEqual(before);
    const report = await run('2026-02-01');
    expect(report.totals['sums']).toMatchObject({ models: 3 });
    expect((await read('metric_models')).filter(({ as_of: day }) => day === '2026-01-31')).toHaveLength(4);
    expect(await dumpTables(suite.database, TABLES, ['created_run', 'updated_at', 'change_no'])).not.toEqual(before);
  }, 120_000);

  test('are written only where they differ, and then with an entry in the audit log', async () => {
    await noteModels(suite.database, ['alpina']);
    expect(countsOf(await run('2026-02-01'))).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
    await suite.database.write((tx) => tx('mrr_movements').where({ brand: 'alpina', person_id: 'c0' }).delete());
    await suite.database.write((tx) => tx('metric_customers').where({ brand: 'alpina', person_id: 'c0' }).delete());
    await noteModels(suite.database, ['alpina']);
    const report = await run('2026-02-01');
    expect(countsOf(report).updated).toBeGreaterThan(100);
    const audited = await suite.database.read((knex) => knex<Stored>('audit_log').where({ run_id: report.run_id }).distinct('entity').orderBy('entity').pluck('entity'));
    expect(audited).toEqual(['metric.customer_predictions', 'metric.metric_models']);
    expect((await read('customer_predictions')).some(({ person_id: id }) => id === 'c0')).toBe(false);
  }, 60_000);

  test('look as far ahead as the configuration says', async () => {
    await run('2026-02-01', {}, { horizonMonths: 12 });
    const predictions = await read('customer_predictions');
    expect(new Set(predictions.map(({ horizon }) => horizon))).toEqual(new Set([12]));
    for (const row of predictions.filter(({ model }) => model === 'sbg')) expect(Number(row['expected_periods'])).toBeLessThanOrEqual(12);
  }, 120_000);
});
