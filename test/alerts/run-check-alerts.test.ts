import { beforeEach, expect, test } from '@jest/globals';

import { parseAlertRules } from '../../src/alerts/parse-rules.ts';
import { runCheckAlerts, type CheckAlertsRequest } from '../../src/alerts/run-check-alerts.ts';
import { addDays, addMillis, type LocalDate } from '../../src/core/time.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { insertMetrics, type Row } from '../support/rows/metric-tables.ts';
import { destinationsOf, storedRelays } from '../support/stages/relays.ts';

const asOf = '2026-03-19' as LocalDate;
const DAY = 86_400_000;
const rules = parseAlertRules({ file: 'alerts.yaml', text: JSON.stringify({ alerts: [
  { id: 'out', title: 'Out of stock', severity: 'critical', metric: 'metric_stock.available', per: ['brand', 'sku'], when: { at_most: 0 }, resolved: true },
  { id: 'drop', title: 'Drop', severity: 'warning', metric: 'metric_revenue_days.net_revenue', over: 'day', when: { change: { against: 'previous', percent_below: -30 } } },
  { id: 'floor', title: 'Floor', severity: 'info', metric: 'metric_revenue_days.net_revenue', over: 'day', when: { below: '500 EUR' } },
  { id: 'roas', title: 'ROAS', severity: 'warning', metric: { ratio: ['metric_ad_days.hub_revenue', 'metric_ad_days.spend_micros'] }, over: '7d', when: { below: 1 }, min_base: 100 },
] }) }, ['alpina', 'belmont']);
const [destination] = destinationsOf(JSON.stringify({ destinations: [{ id: 'chat', mode: 'slack', url: 'https://hooks.example/x', kinds: ['alert.fired', 'alert.resolved'] }] }));

describeEachDatabase('check-alerts', (suite) => {
  let clock = testClock('2026-03-19T06:00:00Z');
  const check = (changes: Partial<CheckAlertsRequest> = {}, heard = true) =>
    runCheckAlerts(
      { database: suite.database, clock, version: 'test', rules, destinations: heard && destination !== undefined ? [destination] : [], signal: new AbortController().signal },
      { asOf, brands: ['alpina', 'belmont'], only: undefined, dryRun: false, ...changes },
    );
  const stock = (sku: string, available: number, status = 'ok', brand = 'alpina'): Row => ({ brand, sku, location: 'main', day: '2026-03-18', on_hand: '3', available: String(available), velocity: '1', status, row_id: `${brand} ${sku}` });
  const ruleOf = (report: Awaited<ReturnType<typeof check>>, id: string) => report.items.find(({ rule }) => rule === id);
  const payloads = async () => (await storedRelays(suite.database)).map(({ kind, payload }) => ({ kind, ...(JSON.parse(payload ?? '{}') as { data: { rule: string; subjects: { subject: string }[]; more: number } }) }));

  /** Metrics that were built just now, of feeds whose newest batch is as old as is said. */
  async function fresh({ builtHoursAgo = 1, feedHoursAgo = 2, feeds = ['billing', 'ads', 'inventory'], brands = ['alpina'] } = {}): Promise<void> {
    const at = (hours: number) => addMillis(clock.now(), -hours * 3_600_000);
    await suite.database.write(async (tx) => {
      await tx('job_runs').insert({ run_id: 'built', command: 'build-metrics', brands: '', shard: '1/1', status: 'succeeded', change_no: 1, started_at: at(builtHoursAgo), finished_at: at(builtHoursAgo), host: 'h', pid: 1, version: 't', params: '{}' });
      const batch = `${at(feedHoursAgo).slice(0, 19).replace(/[-:]/g, '').replace(' ', 'T')}Z`;
      const counts = Object.fromEntries(['attempts', 'duration_ms', 'files', 'bytes_scanned', 'read', 'inserted', 'updated', 'unchanged', 'deleted', 'stale', 'repaired', 'rejected'].map((column) => [column, 1]));
      for (const feed of feeds) for (const brand of brands) await tx('import_batches').insert({ feed, brand, entity: 'any', batch, run_id: 'built', status: 'finished', finished_at: at(1), ...counts });
    });
  }

  beforeEach(async () => {
    await suite.empty();
    clock = testClock('2026-03-19T06:00:00Z');
  });

  test('tells of all subjects of a rule at once, once, and stores their states with it', async () => {
    await fresh();
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 0), stock('B', -2), stock('C', 5)]);
    const report = await check();
    expect(report).toMatchObject({ status: 'succeeded', totals: { rules: 4, firing: 2, told: 2, relays: 1, not_evaluated: 0 }, problems: [] });
    expect(await payloads()).toMatchObject([{ kind: 'alert.fired', data: { rule: 'out', severity: 'critical', as_of: asOf, more: 0, subjects: [{ subject: 'alpina, A', value: '0', threshold: 'at most 0', since: asOf }, { subject: 'alpina, B', value: '-2' }] }, notice: { title: 'Critical: Out of stock (2)' } }]);
    expect((await storedRelays(suite.database))[0]).toMatchObject({ brand: 'alpina', subject_id: null, state: 'pending' });
    expect(await check()).toMatchObject({ totals: { firing: 2, told: 0, relays: 0 } });
    expect(await storedRelays(suite.database)).toHaveLength(1);
  });

  test('tells again after the cooldown, and of the end', async () => {
    await fresh();
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 0)]);
    await check({ only: ['out'] });
    clock.advance(DAY);
    await fresh2();
    expect(await check({ only: ['out'], asOf: addDays(asOf, 1) })).toMatchObject({ totals: { told: 1, relays: 1 } });
    await suite.database.write((tx) => tx('metric_stock').update({ available: '9' }));
    expect(await check({ only: ['out'], asOf: addDays(asOf, 1) })).toMatchObject({ totals: { firing: 0, told: 0, resolved: 1, relays: 1 } });
    expect((await payloads()).map(({ kind }) => kind).sort()).toEqual(['alert.fired', 'alert.fired', 'alert.resolved']);
    expect(new Set((await storedRelays(suite.database)).map(({ relay_id: id }) => id)).size).toBe(3);
  });

  test('judges nothing on old metrics or an old feed, leaves states as they are and says why', async () => {
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 0)]);
    await fresh({ builtHoursAgo: 27 });
    expect(await check({ only: ['out'] })).toMatchObject({ status: 'refused', totals: { not_evaluated: 1, told: 0 }, problems: [{ code: 'alert_not_evaluated', message: expect.stringContaining('metrics were last built 27 hours before') }] });
    await suite.empty();
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 0)]);
    await fresh({ feedHoursAgo: 30 });
    expect(await check({ only: ['out'] })).toMatchObject({ status: 'refused', problems: [{ message: expect.stringContaining('the newest batch of the feed inventory is 30 hours old') }] });
    expect(await suite.database.read((knex) => knex('alert_states'))).toEqual([]);
  });

  test('judges no stale stock, and nothing of a brand whose feed never came', async () => {
    await fresh();
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 0, 'stale'), stock('B', 0, 'out', 'belmont')]);
    expect(ruleOf(await check({ only: ['out'] }), 'out')).toMatchObject({ firing: 0, not_evaluated: 1, verdicts: [{ subject: 'alpina, A', verdict: 'not_evaluated', reason: 'its stock is stale' }] });
  });

  test('judges an amount by a count in major units of its currency', async () => {
    await fresh();
    const [rule] = parseAlertRules({ file: 'alerts.yaml', text: JSON.stringify({ alerts: [{ id: 'order', title: 'Order value', severity: 'info', metric: { ratio: ['metric_revenue_days.net_revenue', 'metric_revenue_days.orders'] }, over: 'day', when: { below: 60 } }] }) }, ['alpina', 'belmont']);
    const day = (currency: string, net: number, orders: number): Row => ({ brand: 'alpina', market: 'AT', currency, customer_type: 'new', category: 'p', day: '2026-03-18', gross_sales: net, discounts: 0, tax: 0, credits: 0, refunds: 0, net_revenue: net, orders, row_id: currency });
    await insertMetrics(suite.database, 'metric_revenue_days', [day('EUR', 23_490, 10), day('JPY', 900, 10), day('CHF', 90_000, 10)]);
    const report = await runCheckAlerts({ database: suite.database, clock, version: 'test', rules: rule === undefined ? [] : [rule], destinations: [], signal: new AbortController().signal }, { asOf, brands: ['alpina', 'belmont'], only: undefined, dryRun: true });
    expect(ruleOf(report, 'order')?.['verdicts']).toMatchObject([{ subject: 'alpina, CHF', verdict: 'ok', value: '90' }, { subject: 'alpina, EUR', verdict: 'firing', value: '23.49' }, { subject: 'alpina, JPY', verdict: 'ok', value: '90' }]);
  });

  test('holds a money threshold against rows of its currency, and a change against the day before', async () => {
    await fresh();
    const day = (currency: string, date: string, net: number): Row => ({ brand: 'alpina', market: 'AT', currency, customer_type: 'new', category: 'p', day: date, gross_sales: net, discounts: 0, tax: 0, credits: 0, refunds: 0, net_revenue: net, orders: 1, row_id: `${currency} ${date}` });
    await insertMetrics(suite.database, 'metric_revenue_days', [day('EUR', '2026-03-18', 49_999), day('EUR', '2026-03-17', 60_000), day('CHF', '2026-03-18', 100), day('CHF', '2026-03-17', 1_000), day('USD', '2026-03-17', 1_000)]);
    const report = await check({ only: ['floor', 'drop'] });
    expect(ruleOf(report, 'floor')?.['verdicts']).toEqual([{ subject: 'alpina, EUR', verdict: 'firing', value: '499.99 EUR', threshold: 'below 500.00 EUR', reason: null }]);
    expect(ruleOf(report, 'drop')?.['verdicts']).toEqual([
      { subject: 'alpina, CHF', verdict: 'firing', value: '1.00 CHF against 10.00 CHF (-90 %)', threshold: 'below -30 %', reason: null },
      { subject: 'alpina, EUR', verdict: 'ok', value: '499.99 EUR against 600.00 EUR (-17 %)', threshold: 'below -30 %', reason: null },
      { subject: 'alpina, USD', verdict: 'firing', value: '0.00 USD against 10.00 USD (-100 %)', threshold: 'below -30 %', reason: null },
    ]);
  });

  test('counts only final days of ads, and says so where there are none', async () => {
    await fresh();
    const ads = (date: string, spend: number, revenue: number, provisional: number): Row => ({ brand: 'alpina', day: date, platform: 'meta', account: 'a', campaign_id: 'c', ad_group_id: '-', currency: 'EUR', spend_micros: spend, impressions: 1, clicks: 1, hub_orders: 1, hub_revenue: revenue, provisional, row_id: date });
    await insertMetrics(suite.database, 'metric_ad_days', [ads('2026-02-10', 200_000_000, 19_999, 0), ads('2026-03-01', 900_000_000, 900_000, 1)]);
    expect(ruleOf(await check({ only: ['roas'] }), 'roas')).toMatchObject({ firing: 0, verdicts: [] });
    await insertMetrics(suite.database, 'metric_ad_days', [ads('2026-02-24', 200_000_000, 19_999, 0)]);
    expect(ruleOf(await check({ only: ['roas'] }), 'roas')).toMatchObject({ firing: 1, verdicts: [{ subject: 'alpina, EUR', value: '1', threshold: 'below 1' }] });
    await suite.database.write((tx) => tx('metric_ad_days').update({ provisional: 1 }));
    expect(await check({ only: ['roas'] })).toMatchObject({ status: 'refused', problems: [{ message: expect.stringContaining('all its days are provisional') }] });
  });

  test('dry, prints every verdict and writes nothing', async () => {
    await fresh();
    await insertMetrics(suite.database, 'metric_stock', [stock('A', 0), stock('C', 5)]);
    const report = await check({ only: ['out'], dryRun: true });
    expect(ruleOf(report, 'out')?.['verdicts']).toEqual([
      { subject: 'alpina, A', verdict: 'firing', value: '0', threshold: 'at most 0', reason: null },
      { subject: 'alpina, C', verdict: 'ok', value: '5', threshold: 'at most 0', reason: null },
    ]);
    expect([await storedRelays(suite.database), await suite.database.read((knex) => knex('alert_states'))]).toEqual([[], []]);
  });

  test('lists twenty subjects and counts the rest, and says where nobody listens', async () => {
    await fresh();
    await insertMetrics(suite.database, 'metric_stock', Array.from({ length: 25 }, (_, index) => stock(`S${String(index).padStart(2, '0')}`, 0)));
    expect(await check({ only: ['out'] }, false)).toMatchObject({ totals: { told: 25, relays: 0 }, problems: [{ code: 'alerts_unheard' }] });
    await suite.empty();
    await fresh();
    await insertMetrics(suite.database, 'metric_stock', Array.from({ length: 25 }, (_, index) => stock(`S${String(index).padStart(2, '0')}`, 0)));
    await check({ only: ['out'] });
    const [payload] = await payloads();
    expect([payload?.data.subjects.length, payload?.data.more]).toEqual([20, 5]);
  });

  /** A day later everything is fresh again. */
  async function fresh2(): Promise<void> {
    await suite.database.write(async (tx) => {
      await tx('job_runs').where({ run_id: 'built' }).update({ started_at: clock.now() });
      await tx('import_batches').update({ batch: '20260320T050000Z' });
    });
  }

  test('tells of integrations that are down, also of those of no brand, by a check of hub health that is not an hour old', async () => {
    const [rule] = parseAlertRules({ file: 'alerts.yaml', text: JSON.stringify({ alerts: [{ id: 'down', title: 'Down', severity: 'critical', metric: 'integration_health.minutes', where: { state: 'down' }, per: ['brand', 'integration'], when: { at_least: 0 }, resolved: true }] }) }, ['alpina', 'belmont']);
    const checked = async (minutesAgo: number, states: Readonly<Record<string, readonly [string, string]>>) => {
      const at = addMillis(clock.now(), -minutesAgo * 60_000);
      const rest = { kind: 'destination', reason: null, window_seconds: 900, attempts: 1, failures: 1, dead: 0, since: addMillis(at, -5 * 60_000), checked_at: at };
      await suite.database.write(async (tx) => {
        for (const [integration, [brand, state]] of Object.entries(states)) await tx('integration_health').insert({ ...rest, integration, brand, state });
      });
    };
    const judge = async () => runCheckAlerts({ database: suite.database, clock, version: 'test', rules: rule === undefined ? [] : [rule], destinations: destination === undefined ? [] : [destination], signal: new AbortController().signal }, { asOf, brands: ['alpina', 'belmont'], only: undefined, dryRun: false });
    expect(await judge()).toMatchObject({ status: 'succeeded', totals: { firing: 0, not_evaluated: 0 } });
    await checked(30, { 'destination:crm': ['alpina', 'down'], intake: ['*', 'down'], 'destination:erp': ['*', 'degraded'] });
    expect(await judge()).toMatchObject({ totals: { firing: 2, told: 2, relays: 1, not_evaluated: 0 } });
    expect(await payloads()).toMatchObject([{ kind: 'alert.fired', data: { subjects: [{ subject: '*, intake', value: '5' }, { subject: 'alpina, destination:crm', value: '5' }] } }]);
    clock.advance(31 * 60_000);
    expect(await judge()).toMatchObject({ status: 'refused', totals: { firing: 0, resolved: 0, not_evaluated: 3 } });
    await checked(1, { 'destination:crm': ['alpina', 'healthy'], intake: ['*', 'down'] });
    expect(await judge()).toMatchObject({ status: 'succeeded', totals: { firing: 1, told: 0, resolved: 1 } });
  });
});
