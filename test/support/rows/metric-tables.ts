import type { Database } from '../../../src/db/database.ts';
import { ensureTable, type TableSpec } from '../../../src/db/schema.ts';
import { addDays, addMonths, type LocalDate } from '../../../src/core/time.ts';

const integers = (...names: string[]): Record<string, 'integer!'> => Object.fromEntries(names.map((name) => [name, 'integer!']));

/** The tables of metrics that the report reads, with the columns that it needs. */
const metricTables: readonly TableSpec[] = [
  {
    name: 'metric_mrr_days',
    columns: { brand: 'key!', currency: 'currency!', day: 'date!', ...integers('mrr', 'new', 'expansion', 'contraction', 'churn', 'reactivation', 'customers', 'customers_new', 'customers_churned', 'churn_replaced') },
    primaryKey: ['brand', 'currency', 'day'],
  },
  { name: 'metric_active_days', columns: { brand: 'key!', market: 'key!', class: 'key!', day: 'date!', subscriptions: 'integer!', persons: 'integer' }, primaryKey: ['brand', 'market', 'class', 'day'] },
  {
    name: 'metric_revenue_days',
    columns: { brand: 'key!', market: 'key!', currency: 'currency!', customer_type: 'key!', category: 'key!', day: 'date!', ...integers('gross_sales', 'discounts', 'tax', 'credits', 'refunds', 'net_revenue', 'orders') },
    primaryKey: ['brand', 'market', 'currency', 'customer_type', 'category', 'day'],
  },
  { name: 'metric_customer_periods', columns: { brand: 'key!', grain: 'key!', period: 'key!', ...integers('customers_new', 'customers_existing', 'orders_new', 'orders_existing') }, primaryKey: ['brand', 'grain', 'period'] },
  {
    name: 'metric_cohorts',
    columns: { brand: 'key!', measure: 'key!', dimension: 'key!', value: 'key!', cohort: 'key!', currency: 'currency!', ...integers('age', 'members', 'amount') },
    primaryKey: ['brand', 'measure', 'dimension', 'value', 'cohort', 'currency', 'age'],
  },
  {
    name: 'metric_campaigns',
    columns: { brand: 'key!', kind: 'key!', code: 'key!', customer_type: 'key!', month: 'key!', currency: 'currency!', ...integers('chains', 'customers', 'discount', 'net_30', 'chains_30', 'net_90', 'chains_90', 'net_365', 'chains_365', 'net_to_date'), spend: 'integer' },
    primaryKey: ['brand', 'kind', 'code', 'customer_type', 'month', 'currency'],
  },
  {
    name: 'metric_models',
    columns: { brand: 'key!', model: 'key!', segment: 'key!', currency: 'key!', customers: 'integer!', holdout_predicted: 'decimal', holdout_actual: 'decimal', error: 'decimal', refused: 'key' },
    primaryKey: ['brand', 'model', 'segment', 'currency'],
  },
  {
    name: 'customer_predictions',
    columns: { brand: 'key!', person_id: 'key!', currency: 'currency!', model: 'key!', expected_value: 'integer' },
    primaryKey: ['brand', 'person_id', 'currency', 'model'],
  },
  {
    name: 'subscription_mrr',
    columns: { brand: 'key!', account_id: 'key!', chain_id: 'key!', from_date: 'date!', to_date: 'date', state: 'key!', mrr: 'integer!', currency: 'currency!' },
    primaryKey: ['brand', 'account_id', 'chain_id', 'from_date'],
  },
];

/** Makes the tables where they are missing. */
export async function makeMetricTables({ knex, dialect }: Database): Promise<void> {
  for (const spec of metricTables) await ensureTable({ knex, dialect }, spec);
}

type Row = Record<string, string | number | null>;
type Tables = Record<string, Row[]>;

/** Fills the tables with three years of two brands, that grow and swing through the year: the same in each run. */
export async function fillMetricTables(database: Database, asOf: LocalDate): Promise<void> {
  const tables: Tables = Object.fromEntries(metricTables.map(({ name }) => [name, []]));
  fillDays(tables, asOf);
  fillCohorts(tables, asOf);
  fillSingles(tables, asOf);
  await database.write(async (tx) => {
    for (const [name, rows] of Object.entries(tables)) for (let at = 0; at < rows.length; at += 40) await tx(name).insert(rows.slice(at, at + 40));
  });
}

const BRANDS = [
  { brand: 'alpina', currency: 'EUR', markets: ['AT', 'DE', ''], size: 1 },
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
      tables['metric_mrr_days']?.push({ brand: scope, currency: 'EUR', day: addDays(asOf, day - DAYS), mrr, ...amounts, customers, customers_new: joined, customers_churned: left, churn_replaced: -Math.floor(mrr * 0.0002) });
    }
  }
  for (const { brand, currency, markets, size } of BRANDS) {
    for (let day = 0; day <= DAYS; day++) {
      const date = addDays(asOf, day - DAYS);
      const base = Math.floor((400 + 4 * day) * size * (0.9 + 0.1 * wave(day)));
      const classes = { standard: Math.floor(base * 0.6), trial: Math.floor(base * 0.1), gift: Math.floor(base * 0.05), prepaid: Math.floor(base * 0.25) };
      const active = (market: string, name: string, subscriptions: number, persons: number | null): unknown => tables['metric_active_days']?.push({ brand, market, class: name, day: date, subscriptions, persons });
      for (const [name, subscriptions] of Object.entries(classes)) active('*', name, subscriptions, null);
      const total = Object.values(classes).reduce((sum, count) => sum + count, 0);
      active('*', '*', total, Math.floor(total * 0.93));
      markets.forEach((market, index) => active(market, '*', Math.floor(total / (index + 2)), null));
      for (const [index, market] of markets.entries()) {
        for (const [type, category, share] of [['new', 'subscription', 0.4], ['existing', 'subscription', 0.9], ['existing', 'product', 0.3], ['new', 'shipping', 0.05]] as const) {
          const gross = Math.floor((90_000 + 260 * day) * size * share * wave(day + index * 40)) >> (index > 1 ? 3 : 0);
          const parts = { discounts: -Math.floor(gross * 0.08), credits: -Math.floor(gross * 0.01), refunds: -Math.floor(gross * 0.035) };
          tables['metric_revenue_days']?.push({ brand, market, currency: brand === 'alpina' && market === '' ? 'CHF' : currency, customer_type: type, category, day: date, gross_sales: gross, ...parts, tax: Math.floor(gross * 0.19), net_revenue: gross + parts.discounts + parts.credits + parts.refunds, orders: Math.floor(gross / 4_900) });
        }
      }
    }
  }
}

function fillCohorts(tables: Tables, asOf: LocalDate): void {
  const cell = (row: Row): unknown => tables['metric_cohorts']?.push(row);
  for (const [scope, size] of [['*', 1.6], ['alpina', 1], ['nordkraft', 0.6]] as const) {
    for (let back = 32; back >= 1; back--) {
      const cohort = addMonths(asOf, -back).slice(0, 7);
      tables['metric_customer_periods']?.push({ brand: scope, grain: 'month', period: `${cohort}-01`, customers_new: Math.floor(300 * size + back), customers_existing: Math.floor((2_600 - 60 * back) * size), orders_new: Math.floor(310 * size + back), orders_existing: Math.floor((2_900 - 60 * back) * size) });
      const members = back === 32 ? 7 : Math.floor((180 + ((back * 37) % 60)) * size);
      for (let age = 0; age < back; age++) {
        const key = { brand: scope, dimension: 'all', value: '*', cohort, currency: 'EUR', age, members };
        cell({ ...key, measure: 'ltv', amount: Math.floor(members * (2_900 + 1_700 * age ** 0.8)) });
        cell({ ...key, measure: 'purchases', amount: Math.floor(members * 0.94 ** age) });
        cell({ ...key, measure: 'logo', amount: Math.floor(members * 0.93 ** age) });
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
    tables['metric_campaigns']?.push({ brand: 'alpina', kind: index === 3 ? 'campaign' : 'coupon', code, customer_type: index % 2 === 0 ? 'new' : 'existing', month: '2025-11', currency: 'EUR', chains: 120 - index * 20, customers: 118 - index * 20, discount: index === 3 ? 0 : -48_000, net_30: 350_000, chains_30: 110, net_90: 620_000, chains_90: 90, net_365: 900_000, chains_365: 30, net_to_date: 1_250_000 - index * 90_000, spend: index === 3 ? 300_000 : null });
  }
  const model = (row: Row): unknown => tables['metric_models']?.push({ holdout_predicted: null, holdout_actual: null, error: null, refused: null, ...row });
  model({ brand: 'alpina', model: 'sbg', segment: '1', currency: '', customers: 5_210, holdout_predicted: '3011.4', holdout_actual: '2950', error: '0.020814' });
  model({ brand: 'alpina', model: 'sbg', segment: '12', currency: '', customers: 340, refused: 'too_short' });
  model({ brand: 'alpina', model: 'bgnbd', segment: '*', currency: 'EUR', customers: 2_100, holdout_predicted: '812.5', holdout_actual: '760', error: '0.069079' });
  model({ brand: 'nordkraft', model: 'sbg', segment: '1', currency: '', customers: 88, refused: 'too_few_customers' });
  model({ brand: 'nordkraft', model: 'bgnbd', segment: '*', currency: 'EUR', customers: 900, holdout_predicted: '130', holdout_actual: '100', error: '0.3', refused: 'holdout_error' });
  for (let person = 0; person < 50; person++) {
    tables['customer_predictions']?.push({ brand: 'alpina', person_id: `person-${person}`, currency: 'EUR', model: person % 3 === 0 ? 'bgnbd' : 'sbg', expected_value: 15_000 + 321 * person });
  }
  for (let chain = 0; chain < 40; chain++) {
    const ends = chain % 3 === 0 ? null : addDays(asOf, 1 + (chain % 35));
    tables['subscription_mrr']?.push({ brand: 'alpina', account_id: `a${chain}`, chain_id: `c${chain}`, from_date: addDays(asOf, -100), to_date: ends, state: 'active', mrr: 2_490 + chain, currency: 'EUR' });
    if (chain % 7 === 1 && ends !== null) tables['subscription_mrr']?.push({ brand: 'alpina', account_id: `a${chain}`, chain_id: `c${chain}`, from_date: ends, to_date: null, state: 'active', mrr: 2_990, currency: 'EUR' });
  }
}
