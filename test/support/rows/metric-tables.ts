import type { Database } from '../../../src/db/database.ts';
import { createTable, type TableSpec } from '../../../src/db/schema.ts';
import { addDays, addMonths, type LocalDate } from '../../../src/core/time.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** Segments of recurring revenue, where no migration makes them. */
const segments: TableSpec = {
  name: 'subscription_mrr',
  columns: {
    brand: 'key!', account_id: 'key!', chain_id: 'key!', from_date: 'date!', to_date: 'date', state: 'key!', mrr: 'integer!', currency: 'currency!', market: 'text', person_id: 'key!', class: 'key',
    evidence: 'json!', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
  },
  primaryKey: ['brand', 'account_id', 'chain_id', 'from_date'],
};

/** Makes the tables of metrics that the migrations do not make. */
export async function makeMetricTables({ knex, dialect }: Database): Promise<void> {
  await createTable({ knex, dialect }, segments);
}

/** Inserts rows of a table of metrics, with what every record has besides. */
export async function insertMetrics({ knex, dialect, write }: Pick<Database, 'knex' | 'dialect' | 'write'>, table: string, rows: readonly Row[]): Promise<void> {
  const present = await dialect.columnsOf(knex, table);
  const complete = rows.map((row, index): Row => {
    const common: Row = { row_id: `row-${index}`, checksum: '0'.repeat(16), created_run: 'test', updated_at: '2026-03-18 05:00:00.000000', change_no: 1 };
    return { ...Object.fromEntries(Object.entries(common).filter(([name]) => present.includes(name))), ...row };
  });
  await write(async (tx) => {
    for (let at = 0; at < complete.length; at += 40) await tx(table).insert(complete.slice(at, at + 40));
  });
}

type Tables = Record<string, Row[]>;

/** Fills the tables with three years of two brands, that grow and swing through the year: the same in each run. */
export async function fillMetricTables(database: Database, asOf: LocalDate): Promise<void> {
  const tables: Tables = {};
  fillDays(tables, asOf);
  fillCohorts(tables, asOf);
  fillSingles(tables, asOf);
  for (const [name, rows] of Object.entries(tables)) await insertMetrics(database, name, rows);
}

/** Fills only the tables of a few rows: campaigns, models with what they predict, and segments that end soon. */
export async function fillSmallTables(database: Database, asOf: LocalDate): Promise<void> {
  const tables: Tables = {};
  fillSingles(tables, asOf);
  for (const [name, rows] of Object.entries(tables)) await insertMetrics(database, name, rows);
}

const BRANDS = [
  { brand: 'alpina', currency: 'EUR', markets: ['AT', 'DE', null], size: 1 },
  { brand: 'nordkraft', currency: 'EUR', markets: ['DE', 'CH'], size: 0.6 },
];
const DAYS = 1_000;

function fillDays(tables: Tables, asOf: LocalDate): void {
  const wave = (day: number): number => 1 + 0.25 * Math.sin((day / 365) * 2 * Math.PI) + 0.1 * Math.sin(day * 12.9898);
  for (const [scope, size] of [['*', 1.6], ['alpina', 1], ['nordkraft', 0.6]] as const) {
    let [mrr, customers] = [0, 0];
    for (let day = 0; day <= DAYS; day++) {
      const amounts = { new: Math.floor(42_000 * size * wave(day)), reactivation: Math.floor(3_000 * size * wave(day + 90)), expansion: Math.floor(6_000 * size), contraction: -Math.floor(2_500 * size), churn: -Math.floor(mrr * 0.0011) };
      mrr += Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
      const [joined, left] = [Math.floor(14 * size * wave(day)), Math.floor(customers * 0.0011)];
      customers += joined - left;
      (tables['metric_mrr_days'] ??= []).push({ brand: scope, currency: 'EUR', day: addDays(asOf, day - DAYS), mrr, ...amounts, customers, customers_new: joined, customers_churned: left, churn_replaced: -Math.floor(mrr * 0.0002) });
    }
  }
  for (const { brand, currency, markets, size } of BRANDS) {
    for (let day = 0; day <= DAYS; day++) {
      const date = addDays(asOf, day - DAYS);
      const base = Math.floor((400 + 4 * day) * size * (0.9 + 0.1 * wave(day)));
      const classes = { standard: Math.floor(base * 0.6), trial: Math.floor(base * 0.1), gift: Math.floor(base * 0.05), prepaid: Math.floor(base * 0.25) };
      const active = (market: string | null, name: string, subscriptions: number, persons: number | null): unknown => (tables['metric_active_days'] ??= []).push({ brand, market, class: name, day: date, subscriptions, persons });
      for (const [name, subscriptions] of Object.entries(classes)) active('*', name, subscriptions, null);
      const total = Object.values(classes).reduce((sum, count) => sum + count, 0);
      active('*', '*', total, Math.floor(total * 0.93));
      markets.forEach((market, index) => active(market, '*', Math.floor(total / (index + 2)), null));
      for (const [index, market] of markets.entries()) {
        for (const [type, category, share] of [['new', 'subscription', 0.4], ['existing', 'subscription', 0.9], ['existing', 'product', 0.3], ['new', 'shipping', 0.05]] as const) {
          const gross = Math.floor((90_000 + 260 * day) * size * share * wave(day + index * 40)) >> (index > 1 ? 3 : 0);
          const parts = { discounts: -Math.floor(gross * 0.08), credits: -Math.floor(gross * 0.01), refunds: -Math.floor(gross * 0.035) };
          (tables['metric_revenue_days'] ??= []).push({ brand, market, currency: market === null ? 'CHF' : currency, customer_type: type, category, day: date, gross_sales: gross, ...parts, tax: Math.floor(gross * 0.19), net_revenue: gross + parts.discounts + parts.credits + parts.refunds, orders: Math.floor(gross / 4_900) });
        }
      }
    }
  }
}

function fillCohorts(tables: Tables, asOf: LocalDate): void {
  const cell = (row: Row): unknown => (tables['metric_cohorts'] ??= []).push(row);
  for (const [scope, size] of [['*', 1.6], ['alpina', 1], ['nordkraft', 0.6]] as const) {
    for (let back = 32; back >= 1; back--) {
      const cohort = addMonths(asOf, -back).slice(0, 7);
      (tables['metric_customer_periods'] ??= []).push({ brand: scope, grain: 'month', period: `${cohort}-01`, customers_new: Math.floor(300 * size + back), customers_existing: Math.floor((2_600 - 60 * back) * size), orders_new: Math.floor(310 * size + back), orders_existing: Math.floor((2_900 - 60 * back) * size) });
      const members = back === 32 ? 7 : Math.floor((180 + ((back * 37) % 60)) * size);
      for (let age = 0; age < back; age++) {
        const key = { brand: scope, dimension: 'all', value: '*', cohort, currency: 'EUR', age, members };
        cell({ ...key, measure: 'ltv', amount: Math.floor(members * (2_900 + 1_700 * age ** 0.8)) });
        cell({ ...key, measure: 'purchases', count: Math.floor(members * 0.94 ** age) });
        cell({ ...key, measure: 'logo', count: Math.floor(members * 0.93 ** age) });
        cell({ ...key, measure: 'mrr', amount: Math.floor(members * 2_400 * 0.945 ** age) });
        for (const [dimension, values] of [['channel', ['meta', 'google', 'email', 'none', 'unclassified']], ['first_sku', ['BOX-CLASSIC', 'BOX-VEGAN', 'SAMPLER', '=HYPERLINK("x")']], ['first_class', ['standard', 'trial', 'gift']], ['market', ['AT', 'DE']]] as const) {
          values.forEach((value, index) => cell({ ...key, measure: 'ltv', dimension, value, members: Math.floor(members / (index + 2)), amount: Math.floor((members / (index + 2)) * (2_900 + (1_900 - 200 * index) * age ** 0.8)) }));
        }
      }
    }
  }
}

function fillSingles(tables: Tables, asOf: LocalDate): void {
  for (const [index, code] of ['welcome10', 'summer25', 'friends', 'blackweek'].entries()) {
    (tables['metric_campaigns'] ??= []).push({ brand: 'alpina', kind: index === 3 ? 'campaign' : 'coupon', code, customer_type: index % 2 === 0 ? 'new' : 'existing', month: '2025-11', currency: 'EUR', chains: 120 - index * 20, customers: 118 - index * 20, discount: index === 3 ? 0 : -48_000, net_30: 350_000, chains_30: 110, net_90: 620_000, chains_90: 90, net_365: 900_000, chains_365: 30, net_to_date: 1_250_000 - index * 90_000 });
  }
  const model = (row: Row): unknown => (tables['metric_models'] ??= []).push({ model_id: `${row['brand']} ${row['model']} ${row['segment']}`, as_of: '2026-02-28', holdout_predicted: null, holdout_actual: null, error: null, refused: null, ...row });
  model({ brand: 'alpina', model: 'sbg', segment: '1', currency: '*', customers: 5_210, holdout_predicted: '3011.4', holdout_actual: '2950', error: '0.020814' });
  model({ brand: 'alpina', model: 'sbg', segment: '12', currency: '*', customers: 340, refused: 'too_short' });
  model({ brand: 'alpina', model: 'sbg', segment: 'other', currency: '*', customers: 12, refused: 'other_period' });
  model({ brand: 'alpina', model: 'bgnbd', segment: '*', currency: 'EUR', customers: 2_100, holdout_predicted: '812.5', holdout_actual: '760', error: '0.069079' });
  model({ brand: 'nordkraft', model: 'sbg', segment: '1', currency: '*', customers: 88, refused: 'too_few_customers' });
  model({ brand: 'nordkraft', model: 'bgnbd', segment: '*', currency: 'EUR', customers: 900, holdout_predicted: '130', holdout_actual: '100', error: '0.3', refused: 'holdout_error' });
  for (let person = 0; person < 50; person++) {
    (tables['customer_predictions'] ??= []).push({ brand: 'alpina', person_id: `person-${person}`, currency: 'EUR', model: person % 3 === 0 ? 'bgnbd' : 'sbg', expected_value: 15_000 + 321 * person, horizon: 36, model_id: person % 3 === 0 ? 'alpina bgnbd *' : 'alpina sbg 1' });
  }
  for (let chain = 0; chain < 40; chain++) {
    const common = { brand: 'alpina', account_id: `a${chain}`, chain_id: `c${chain}`, person_id: 'p', evidence: '{}', state: 'active', currency: 'EUR' };
    const ends = chain % 3 === 0 ? null : addDays(asOf, 1 + (chain % 35));
    (tables['subscription_mrr'] ??= []).push({ ...common, from_date: addDays(asOf, -100), to_date: ends, mrr: 2_490 + chain });
    if (chain % 7 === 1 && ends !== null) (tables['subscription_mrr'] ??= []).push({ ...common, from_date: ends, to_date: null, mrr: 2_990 });
  }
}
