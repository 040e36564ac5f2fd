import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { addDays, addMonths, type LocalDate } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { notePartitions } from '../../../src/metrics/partitions/partitions.repository.ts';
import { WHOLE } from '../../../src/metrics/partitions/partitions.ts';
import type { PurchaseHistory } from '../../../src/metrics/prediction/purchases.ts';
import type { Spell } from '../../../src/metrics/prediction/spell.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { insertMetrics } from '../../support/rows/metric-tables.ts';
import { buildMetrics, forgetMetrics } from '../../support/stages/metrics.ts';
import { testClock } from '../../support/suite/clock.ts';
import { noteModels, storeHistories, storeSpells } from './stored-lives.ts';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- vectors are data of several forms */
const { predictions: vectors } = JSON.parse(readFileSync(new URL('../../vectors/metrics.json', import.meta.url), 'utf8')) as { predictions: any[] };
const of = (model: string): any[] => vectors.filter((vector) => vector.model === model);
const date = (text: string): LocalDate => text as LocalDate;

type Stored = Readonly<Record<string, string | number | null>>;

/** Models and predictions, after build-metrics has taken up what the body stored. Nothing else is derived. */
async function built(database: Database, asOf: string, horizonMonths: number, store: () => Promise<void>): Promise<{ models: Stored[]; predictions: Stored[] }> {
  const run = () => buildMetrics(database, testClock(), { asOf: date(asOf) }, '0.0.0', { horizonMonths });
  await forgetMetrics(database);
  await run();
  await store();
  expect(await run()).toMatchObject({ status: 'succeeded', totals: { sums: { done: 'by_this_run' } } });
  return { models: await database.read((knex) => knex<Stored>('metric_models').select('*')), predictions: await database.read((knex) => knex<Stored>('customer_predictions').select('*')) };
}

const parametersOf = (row: Stored | undefined): Record<string, number> => JSON.parse(String(row?.['parameters'])) as Record<string, number>;

/** Yearly contracts that all began on one day, so many of which were left after each year. */
function spellsOfYears(survivors: readonly number[], asOf: LocalDate): Spell[] {
  const from = addMonths(asOf, -12 * (survivors.length - 1));
  return Array.from({ length: survivors[0] ?? 0 }, (_, index) => {
    const years = survivors.findIndex((left) => index >= left);
    return { customer: `c${index}`, from, churned: years < 0 ? null : addMonths(from, 12 * years) };
  });
}

/**
 * A buyer who bought so often again, the last time so many days after the first purchase. When the others were, the case
 * does not say: more often towards the end, so that the time held out comes to what the time before it promises.
 */
function historyOf(customer: string, [x = 0, last = 0, known = 0, amount = 0]: readonly number[], asOf: LocalDate): PurchaseHistory {
  const first = addDays(asOf, -known);
  const days: number[] = [];
  for (let place = x; place > 0; place--) days.unshift(Math.min(Math.max(place, Math.floor(last * (place / x) ** 0.7)), (days[0] ?? last + 1) - 1));
  return { customer, purchases: [{ day: first, amount: 3_000 }, ...days.map((day) => ({ day: addDays(first, day), amount }))] };
}

describeEachDatabase('the cases of predictions in the tables', (suite) => {
  test('contracts come to the parameters that were published', async () => {
    const day = date('2025-12-31');
    const { models } = await built(suite.database, '2026-01-05', 36, async () => {
      for (const [index, { survivors }] of of('sbg').entries()) await storeSpells(suite.database, `sbg-${index}`, spellsOfYears(survivors, day), 12);
      await noteModels(suite.database, of('sbg').map((_, index) => `sbg-${index}`));
    });
    expect(models).toHaveLength(2);
    for (const [index, { expect: wanted, tolerance, survivors }] of of('sbg').entries()) {
      const row = models.find(({ brand }) => brand === `sbg-${index}`);
      expect(row).toMatchObject({ model: 'sbg', segment: '12', currency: '*', refused: null, customers: 1_000, as_of: '2025-12-31', observed_from: '2018-12-31' });
      expect(row?.['holdout_actual']).toBe(survivors.at(-1));
      for (const name of ['alpha', 'beta']) expect(Math.abs((parametersOf(row)[name] ?? NaN) - wanted[name])).toBeLessThanOrEqual(tolerance);
    }
  }, 60_000);

  test('buyers come to the parameters of two optimisers, and to the purchases of the half year after', async () => {
    const [{ rows, expect: wanted }] = of('fit');
    const day = date('2023-08-31');
    const customers = (rows as number[][]).flatMap((row) => Array.from({ length: row[4] ?? 0 }, () => row));
    const { models, predictions } = await built(suite.database, '2023-09-05', 6, async () => {
      await storeHistories(suite.database, 'alpina', customers.map((row, index) => historyOf(`c${index}`, row, day)));
      await noteModels(suite.database, ['alpina']);
    });
    const [buying, amounts] = ['bgnbd', 'gamma_gamma'].map((name) => models.find(({ model }) => model === name));
    expect([buying?.['refused'], amounts?.['refused'], buying?.['customers']]).toEqual([null, null, 400]);
    expect(Number(buying?.['error'])).toBeLessThan(0.25);
    for (const [row, own] of [[buying, wanted.bgnbd], [amounts, wanted.gamma_gamma]] as const) {
      for (const [name, value] of Object.entries(parametersOf(row))) expect(Math.abs(value / own[name] - 1)).toBeLessThanOrEqual(0.005);
      expect(Math.abs(Number(row?.['log_likelihood']) - own.log_likelihood)).toBeLessThanOrEqual(0.001);
    }
    expect(predictions).toHaveLength(400);
    const expected = predictions.reduce((sum, row) => sum + Number(row['expected_purchases']), 0);
    expect(Math.abs(expected / wanted.bgnbd.repeat_purchases_in_26_weeks - 1)).toBeLessThanOrEqual(0.001);
  }, 60_000);

  test('customers of known models have the purchases, amounts and periods that they state', async () => {
    const day = date('2025-12-31');
    const [buying] = of('bgnbd_expected');
    const [amounts] = of('gamma_gamma_expected');
    const contract = of('sbg_value').find(({ age }) => age !== null);
    const inDays = (weeks: number): number => Number((weeks * 7).toFixed(0));
    // Nine months from the day are its 39 weeks.
    const { predictions } = await built(suite.database, '2026-01-05', 9, async () => {
      const { x, t_x: tx, T } = buying.customer;
      const [known] = amounts.cases;
      await storeHistories(suite.database, 'alpina', [historyOf('repeater', [x, inDays(tx), inDays(T), known.m * 100], day), historyOf('once', [0, 0, inDays(T), 0], day)]);
      await storeSpells(suite.database, 'alpina', [{ customer: 'contract', from: addMonths(day, -3 * contract.age), churned: null }], 3, contract.mrr);
      const model = (name: string, segment: string, currency: string, parameters: object) => ({ brand: 'alpina', model: name, segment, currency, model_id: name, as_of: day, observed_from: '2024-01-01', parameters: JSON.stringify(parameters), customers: 1_000 });
      await insertMetrics(suite.database, 'metric_models', [
        model('bgnbd', '*', 'EUR', buying.parameters), model('gamma_gamma', '*', 'EUR', amounts.parameters), model('sbg', '3', '*', contract.parameters),
      ]);
      await suite.database.write((tx2) => notePartitions({ database: suite.database, tx: tx2 }, [{ kind: 'predictions', brand: 'alpina', period: WHOLE }]));
    });
    const row = (person: string): Stored | undefined => predictions.find(({ person_id: id }) => id === person);
    // The vector has its weeks with two places: the nearest days are up to a thousandth of a week away.
    expect(Math.abs(Number(row('repeater')?.['expected_purchases']) - buying.expect.purchases)).toBeLessThanOrEqual(buying.tolerance);
    expect(Math.abs(Number(row('repeater')?.['alive']) - buying.expect.alive)).toBeLessThanOrEqual(buying.tolerance);
    expect(row('repeater')).toMatchObject({ model: 'bgnbd', model_id: 'bgnbd', horizon: 9, expected_periods: null });
    for (const [person, { expect: major }] of [['repeater', amounts.cases[0]], ['once', amounts.cases[1]]] as const) {
      const purchases = Number(row(person)?.['expected_purchases']);
      expect(Math.abs(Number(row(person)?.['expected_value']) - purchases * major * 100)).toBeLessThanOrEqual(purchases * amounts.tolerance * 100 + 0.51);
    }
    expect(Number((Number(row('contract')?.['expected_periods']) * contract.mrr).toFixed(0))).toBe(contract.expect);
    expect(row('contract')).toMatchObject({ model: 'sbg', expected_purchases: null, horizon: 9 });
  });

  describe('what is too little to go by is refused, with its reason and without a figure', () => {
    const day = date('2025-12-31');
    const cases = of('refusal').flatMap(({ cases: own }) => own as any[]).filter(({ expect: reason }) => /^too_/.test(String(reason)));

    test('in each case that counts', async () => {
      const { models, predictions } = await built(suite.database, '2026-01-05', 36, async () => {
        for (const [index, { model, customers, lost, renewals, repeaters, weeks }] of cases.entries()) {
          const brand = `case-${index}`;
          if (model === 'sbg') {
            const from = addMonths(day, -renewals);
            await storeSpells(suite.database, brand, Array.from({ length: customers }, (_, place) => ({ customer: `c${place}`, from, churned: place < lost ? addMonths(from, 1 + (place % renewals)) : null })), 1);
          } else {
            const known = weeks * 7;
            await storeHistories(suite.database, brand, Array.from({ length: customers }, (_, place) => historyOf(`c${place}`, place < repeaters ? [1, 1 + (place % known), known, 2_000] : [0, 0, known, 0], day)));
          }
        }
        await noteModels(suite.database, cases.map((_, index) => `case-${index}`));
      });
      expect(cases).toHaveLength(6);
      for (const [index, { model, customers, expect: reason }] of cases.entries()) {
        const row = models.find((own) => own['brand'] === `case-${index}` && own['model'] === model);
        expect(row).toMatchObject({ refused: reason, customers, parameters: null, error: null, holdout_predicted: null });
      }
      expect(predictions).toEqual([]);
    }, 60_000);
  });
});
