import { beforeEach, expect, test } from '@jest/globals';

import { addDays } from '../../src/core/time.ts';
import { runSendSummary } from '../../src/digest/run-send-summary.ts';
import { weekNamed } from '../../src/digest/week.ts';
import { mailBodyOf } from '../../src/relays/notices/mail-body.ts';
import { noticeIn } from '../../src/relays/notices/notice.ts';
import { slackMessageOf } from '../../src/relays/notices/slack-message.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { insertMetrics, makeMetricTables, type Row } from '../support/rows/metric-tables.ts';
import { destinationsOf, storedRelays } from '../support/stages/relays.ts';

const week = weekNamed('2026-W12');
const destinations = destinationsOf(JSON.stringify({ destinations: [
  { id: 'chat', mode: 'slack', url: 'https://hooks.example/x', kinds: ['digest.weekly'] },
  { id: 'mail', mode: 'smtp', url: 'smtps://mail.example', from: 'hub@shop.example', to: ['a@shop.example', 'b@shop.example'], kinds: ['digest.weekly'] },
] }));

describeEachDatabase('send-summary', (suite) => {
  const send = (changes: Partial<Parameters<typeof runSendSummary>[1]> = {}, heard = true) =>
    runSendSummary({ database: suite.database, clock: testClock('2026-03-23 06:30:00'), version: 'test', destinations: heard ? destinations : [] }, { week, scopes: ['*'], nameOf: (scope) => (scope === '*' ? 'All brands' : scope), dryRun: false, ...changes });

  beforeEach(async () => {
    await makeMetricTables(suite.database);
    await suite.empty();
  });

  test('puts the week into the outbox once for each recipient, whatever changes later', async () => {
    await fill();
    expect(await send()).toMatchObject({ status: 'succeeded', totals: { scopes: 1, relays: 3 }, problems: [] });
    await suite.database.write((tx) => tx('metric_revenue_days').update({ net_revenue: 1 }));
    expect(await send()).toMatchObject({ totals: { relays: 0 } });
    expect(await send({ week: weekNamed('2026-W11') })).toMatchObject({ totals: { relays: 3 } });
    expect(await send({ scopes: ['alpina', 'belmont'] })).toMatchObject({ totals: { scopes: 2, relays: 6 } });
    const relays = await storedRelays(suite.database);
    expect(new Set(relays.map(({ kind }) => kind))).toEqual(new Set(['digest.weekly']));
    expect(relays.filter(({ brand }) => brand === 'alpina')).toHaveLength(3);
  });

  test('says the same in chat, text and HTML, below every limit', async () => {
    await fill();
    await send();
    const [relay] = await storedRelays(suite.database);
    const notice = noticeIn(relay?.payload ?? '');
    if (notice === undefined) throw new Error('no notice');
    const { text, html, subject } = mailBodyOf(notice);
    expect(subject).toBe('All brands: week 2026-W12 (2026-03-16 to 2026-03-22)');
    expect(text).toContain('2,450.00');
    expect(text).toMatch(/Net revenue +2,450\.00 +2,450\.00 +0\.0 % +2,450\.00 +0\.0 %/);
    expect(text).toContain('Stock that wants attention');
    expect(html).toContain('2,450.00');
    expect(Buffer.byteLength(html)).toBeLessThan(100 * 1_024);
    expect(JSON.stringify(slackMessageOf(notice))).toContain('2,450.00');
    for (const form of [text, html]) expect(form).toContain('… and 280 more; the pages of hub report have all.');
  });

  test('dry, gives the text and writes nothing; says where metrics end too early and where nobody listens', async () => {
    const report = await send({ dryRun: true });
    expect(report).toMatchObject({ totals: { relays: 0 }, problems: [{ code: 'metrics_behind' }] });
    expect(report.notices[0]?.parts[0]).toEqual({ kind: 'text', text: 'There are no metrics of this week yet: run hub build-metrics.' });
    expect(await storedRelays(suite.database)).toEqual([]);
    await fill();
    expect(await send({}, false)).toMatchObject({ totals: { relays: 0 }, problems: [{ code: 'summary_unheard' }] });
  });

  async function fill(): Promise<void> {
    const days = Array.from({ length: 42 }, (_, back) => addDays(week.to, -back));
    await insertMetrics(suite.database, 'metric_revenue_days', days.map((day): Row => ({ brand: 'alpina', market: 'AT', currency: 'EUR', customer_type: 'new', category: 'p', day, gross_sales: 35_000, discounts: 0, tax: 0, credits: 0, refunds: 0, net_revenue: 35_000, orders: 1 })));
    await insertMetrics(suite.database, 'metric_mrr_days', days.flatMap((day) => ['*', 'alpina', 'belmont'].map((brand): Row => ({ brand, currency: 'EUR', day, mrr: 90_000, new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, customers: 4, customers_new: 0, customers_churned: 0, churn_replaced: 0 }))));
    await insertMetrics(suite.database, 'metric_stock', Array.from({ length: 300 }, (_, index): Row => ({ brand: 'alpina', sku: `SKU-${index}`, location: 'main', day: week.to, on_hand: '0', available: '0', velocity: '1', status: 'out' })));
  }
});
