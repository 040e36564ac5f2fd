import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import { runForget } from '../../src/privacy/erasure/run-forget.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { testLake } from '../support/lakes/lake.ts';
import { testSourceLake, type BatchSpec, type TestSourceLake } from '../support/lakes/source-lake.ts';
import { catalogRows, customerRows, writeRows } from '../support/rows/customers.ts';
import { importSources } from '../support/stages/import-sources.ts';
import { buildMetrics, metricsState } from '../support/stages/metrics.ts';
import { fill, runStages } from '../support/stages/orders.ts';
import { reconcileAll } from '../support/stages/reconcile.ts';
import { testClock, type TestClock } from '../support/suite/clock.ts';

const EMAIL = 'anna.gruber@mail.invalid';
const PERSON = sha256Hex(EMAIL).slice(0, 32);
const money = (amount: string): object => ({ shopMoney: { amount, currencyCode: 'EUR' } });
const gid = (type: string, id: number | string): string => `gid://shopify/${type}/${id}`;
/** An order with its agreement: what it sold, and what came back on later days. */
interface Bought {
  readonly id: number;
  readonly on: string;
  readonly email?: string | null;
  readonly returned?: string;
  readonly more?: object;
}

/** The batches of an order: one line of 49.90 with 7.97 tax and 5.00 discount before taxes, shipping of 4.90 with 0.78 tax. */
function batches(batch: string, ...orders: readonly Bought[]): BatchSpec[] {
  const name = (stream: string): string => `shopify/${stream}/shop/${batch}`;
  const line = (id: number): object => ({ id: gid('LineItem', id), sku: 'TEA' });
  const agreements = orders.flatMap(({ id, on, returned }) => [
    { id: gid('OrderAgreement', id), __parentId: gid('Order', id), happenedAt: `${on}T10:00:00Z` },
    ...(returned === undefined ? [] : [{ id: gid('ReturnAgreement', id), __parentId: gid('Order', id), happenedAt: `${returned}T10:00:00Z` }]),
  ]);
  const sales = orders.flatMap(({ id, returned }) => [
    { id: gid('ProductSale', id), __parentId: gid('OrderAgreement', id), actionType: 'ORDER', lineType: 'PRODUCT', quantity: 2, lineItem: line(id), totalAmount: money('49.90'), totalTaxAmount: money('7.97'), totalDiscountAmountBeforeTaxes: money('5.00') },
    { id: gid('ShippingLineSale', id), __parentId: gid('OrderAgreement', id), actionType: 'ORDER', lineType: 'SHIPPING', quantity: null, totalAmount: money('4.90'), totalTaxAmount: money('0.78'), totalDiscountAmountBeforeTaxes: money('0') },
    ...(returned === undefined ? [] : [{ id: gid('ProductSale', `${id}-back`), __parentId: gid('ReturnAgreement', id), actionType: 'RETURN', lineType: 'PRODUCT', quantity: -2, lineItem: line(id), totalAmount: money('-49.90'), totalTaxAmount: money('-7.97'), totalDiscountAmountBeforeTaxes: money('0') }]),
  ]);
  return [
    {
      name: name('orders'),
      records: orders.map(({ id, on, email = EMAIL, more = {} }) => ({
        ...{ id: gid('Order', id), name: `#${id}`, createdAt: `${on}T10:00:00Z`, updatedAt: `${on}T11:00:00Z`, currencyCode: 'EUR', email, test: false, shippingAddress: { countryCodeV2: 'DE' }, totalPriceSet: money('54.80') },
        customerJourneySummary: { firstVisit: { utmParameters: { source: 'newsletter', medium: 'email', campaign: 'Spring' } }, lastVisit: { utmParameters: { source: 'google', medium: 'cpc', campaign: ' Brand Exact' } } },
        ...more,
      })),
    },
    { name: name('order_agreements'), records: agreements },
    { name: name('order_sales'), records: sales },
  ];
}

describeEachDatabase('the revenue of shops', (suite) => {
  let lake: TestSourceLake;
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    lake = testSourceLake();
    clock = testClock();
  });
  const rows = (table: string, ...columns: readonly string[]): Promise<Record<string, unknown>[]> => suite.database.knex<Record<string, unknown>>(table).orderBy(columns.map((column) => ({ column }))).select(...columns);
  const take = async (...specs: readonly BatchSpec[]): Promise<void> => {
    await lake.put(...specs);
    clock.advance(60_000);
    expect((await importSources(suite.database, lake, clock, { allowShrink: true })).report.status).toBe('succeeded');
  };
  /** Brings metrics up, and holds them against a rebuild and against what must hold. */
  const build = async (): Promise<void> => {
    clock.advance(60_000);
    await buildMetrics(suite.database, clock);
    const incremental = await metricsState(suite.database);
    const { report } = await reconcileAll(suite.database, clock);
    expect(report.totals.invariants.filter(({ broken, pending }) => broken + pending > 0)).toEqual([]);
    await buildMetrics(suite.database, clock, { rebuild: true });
    expect(await metricsState(suite.database)).toEqual(incremental);
  };
  const facts = () => rows('revenue_facts', 'fact_date', 'kind', 'category', 'amount', 'tax', 'person_id');
  const shopFacts = async (): Promise<string[]> => (await suite.database.knex<{ source: string; account_id: string }>('revenue_facts').where({ source: 'shop' }).distinct('account_id').orderBy('account_id').pluck('account_id')).map((key) => key.replace('shop/gid://shopify/Order/', '#'));

  test('are facts of their persons, who are customers by their first order; days, periods and products count them', async () => {
    await take(...batches('20260320T100000Z', { id: 1, on: '2026-03-02', returned: '2026-03-12' }, { id: 2, on: '2026-03-09' }, { id: 3, on: '2026-03-10', email: null }, { id: 4, on: '2026-03-10', more: { test: true } }));
    await build();
    expect((await facts()).filter((row) => row['person_id'] === PERSON).map(({ fact_date: date, kind, category, amount, tax }) => [date, kind, category, Number(amount), Number(tax)])).toEqual([
      ['2026-03-02', 'discount', 'product', -500, 0],
      ['2026-03-02', 'sale', 'product', 4693, 797],
      ['2026-03-02', 'sale', 'shipping', 412, 78],
      ['2026-03-09', 'discount', 'product', -500, 0],
      ['2026-03-09', 'sale', 'product', 4693, 797],
      ['2026-03-09', 'sale', 'shipping', 412, 78],
      ['2026-03-12', 'refund', 'product', -4193, -797],
    ]);
    expect(await shopFacts()).toEqual(['#1', '#2', '#3']);
    const [first] = await suite.database.knex<Record<string, unknown>>('revenue_facts').where({ source: 'shop', kind: 'sale', category: 'product' }).orderBy('fact_date').select('*');
    expect(first).toMatchObject({ account_id: `shop/${gid('Order', 1)}`, market: 'DE', campaign: 'brand exact', channel: 'google', customer_type: 'new', sku: 'TEA', line_id: gid('LineItem', 1), chain_start: '2026-03-02' });
    expect(Number(first?.['payment_fee'])).toBeGreaterThan(0);
    const customers = await suite.database.knex<Record<string, unknown>>('metric_customers').where({ person_id: PERSON }).orderBy('brand').select('brand', 'acquired_on', 'invoice_id', 'first_sku', 'campaign', 'channel', 'market', 'invoices', 'last_invoice_on');
    const customer = { acquired_on: '2026-03-02', invoice_id: `shop/${gid('Order', 1)}`, first_sku: 'TEA', campaign: 'spring', channel: 'email', market: 'DE', last_invoice_on: '2026-03-09' };
    expect(customers.map(({ invoices, ...row }) => [Number(invoices), row])).toEqual([[2, { brand: '*', ...customer }], [2, { brand: 'alpina', ...customer }]]);
    const periods = await suite.database.knex<Record<string, unknown>>('metric_customer_periods').where({ brand: 'alpina', grain: 'month' }).select('customers_new', 'orders_new', 'orders_existing');
    expect(periods.map((row) => Object.values(row).map(Number))).toEqual([[2, 2, 1]]);
    const products = await suite.database.knex<Record<string, unknown>>('metric_products').where({ brand: 'alpina', sku: 'TEA' }).select('quantity', 'net_sales');
    expect(products.map((row) => Object.values(row).map(Number))).toEqual([[6, 3 * 4193 - 4193]]);
  });

  test('follow their orders: one that is edited, has another buyer, is deleted, or turns out to be billed', async () => {
    await take(...batches('20260320T100000Z', { id: 1, on: '2026-03-02' }, { id: 2, on: '2026-03-09' }, { id: 3, on: '2026-03-10', email: 'other@mail.invalid' }));
    await build();
    await take(...batches('20260321T100000Z', { id: 1, on: '2026-03-02', email: 'other@mail.invalid', more: { updatedAt: '2026-03-21T09:00:00Z' } }));
    await build();
    expect(await suite.database.knex<{ account_id: string; person_id: string }>('revenue_facts').where({ account_id: `shop/${gid('Order', 1)}` }).distinct('person_id').pluck('person_id')).toEqual([sha256Hex('other@mail.invalid').slice(0, 32)]);
    await take({ name: 'shopify/orders_keys/shop/20260322T100000Z', replaces: 'all', records: [{ id: gid('Order', 1) }, { id: gid('Order', 3) }] });
    await build();
    expect(await shopFacts()).toEqual(['#1', '#3']);
    expect(await suite.database.knex<{ person_id: string }>('metric_customers').where({ person_id: PERSON })).toEqual([]);

    // Billing has the third order: its revenue is counted there, and there alone.
    const billing = testLake();
    const all = customerRows({ number: 1, email: 'other@mail.invalid', updated: '2026-03-02 04:00:00' });
    writeRows(billing, '20260302T050000Z', 'alpina', catalogRows(), { ...all, subscription: (all['subscription'] ?? []).map((row) => ({ ...row, OrderReference__c: '#3' })) });
    await fill(suite.database, billing, clock);
    await runStages(suite.database, clock);
    await take();
    await build();
    expect(await shopFacts()).toEqual(['#1']);
    const sources = await suite.database.knex<{ source: string }>('revenue_facts').distinct('source').orderBy('source').pluck('source');
    expect(sources).toEqual(['billing', 'shop']);
    // Acquired by the invoice of January, so the order of March is an existing customer's.
    const customers = await suite.database.knex<Record<string, unknown>>('metric_customers').where('brand', '*').select('acquired_on', 'invoices');
    expect(customers.map(({ acquired_on: on, invoices }) => [on, Number(invoices)])).toEqual([['2026-01-01', 2]]);
    expect(await suite.database.knex<{ source: string; customer_type: string }>('revenue_facts').where({ source: 'shop' }).distinct('customer_type').pluck('customer_type')).toEqual(['existing']);
  });

  test('stay when a person is forgotten, each order a customer of its own', async () => {
    await take(...batches('20260320T100000Z', { id: 1, on: '2026-03-02' }, { id: 2, on: '2026-03-09' }));
    await build();
    await runForget({ database: suite.database, clock, version: '1', signal: new AbortController().signal }, { emailSha256: sha256Hex(EMAIL), brands: ['alpina'], dryRun: false });
    expect(await facts()).toEqual([]);
    await build();
    const persons = await suite.database.knex<{ person_id: string }>('metric_customers').where('brand', '*').pluck('person_id');
    expect(persons).toHaveLength(2);
    expect(persons).not.toContain(PERSON);
    await take();
    await build();
    expect(await suite.database.knex<{ person_id: string }>('metric_customers').where('brand', '*').pluck('person_id')).toEqual(persons);
  });

  test('of orders that came before they were counted are there after the next import: the facts are derived anew', async () => {
    await take(...batches('20260320T100000Z', { id: 1, on: '2026-03-02' }));
    await suite.database.write(async (tx) => {
      await tx('shop_orders').update({ buyer_id: null, checksum: '0'.repeat(16) });
      await tx('shop_sales').update({ order_key: null, line_id: null, checksum: '0'.repeat(16) });
      await tx('shop_changes').delete();
      await tx('stage_marks').where({ stage: 'source-facts' }).update({ version: '1' });
    });
    clock.advance(60_000);
    await buildMetrics(suite.database, clock);
    expect(await shopFacts()).toEqual([]);
    await take();
    await build();
    expect(await shopFacts()).toEqual(['#1']);
    expect((await importSources(suite.database, lake, clock)).report.totals).toMatchObject({ facts_updated: 0, facts_unchanged: 0 });
  });
});
