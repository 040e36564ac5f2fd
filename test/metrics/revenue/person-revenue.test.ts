import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { personRevenue, type PersonRevenue, type RevenueInputs } from '../../../src/metrics/revenue/person-revenue.ts';
import type { AccountFacts, FactOf, PersonFacts } from '../../../src/orders/facts/facts.ts';
import { METRICS_SETUP } from '../../support/stages/metrics.ts';
import { personFacts } from '../../support/rows/person-facts.ts';

type Line = FactOf<'invoice_lines'>;

const EMPTY_LINE = {
  invoice_id: null, subscription_id: null, chain_id: null, product_charge_id: null, product_rate_plan_id: null, product_id: null, name: null, sku: null, processing_type: '0',
  quantity: '1', amount: 0, tax_amount: null, service_start_date: null, service_end_date: null, applied_to_line_id: null, category: 'subscription',
} as unknown as Line;

/** A posted invoice with its lines: `id date`, and what the lines have. */
function invoiced(name: string, ...lines: readonly Partial<Line>[]): Pick<AccountFacts, 'invoices' | 'invoice_lines'> {
  const [id = '', date = ''] = name.split(' ');
  const own = lines.map((line, index): Line => ({ ...EMPTY_LINE, source_id: `${id}-${index}`, invoice_id: id, ...line }));
  const amount = own.reduce((sum, line) => sum + (line.amount ?? 0) + (line.tax_amount ?? 0), 0);
  const invoice = { source_id: id, invoice_number: id, invoice_date: date, status: 'Posted', currency: 'EUR', amount, tax_amount: null, balance: 0 };
  return { invoices: [invoice], invoice_lines: own };
}

/** The facts of several invoices together. */
function all(...parts: readonly Pick<AccountFacts, 'invoices' | 'invoice_lines'>[]): Partial<AccountFacts> {
  return { invoices: parts.flatMap(({ invoices }) => invoices), invoice_lines: parts.flatMap(({ invoice_lines: lines }) => lines) };
}

const NOTHING: RevenueInputs = { notes: new Map(), firstMrr: new Map(), shopOrders: [], setup: METRICS_SETUP };
const revenueOf = (facts: Partial<AccountFacts>, inputs = NOTHING): PersonRevenue => personRevenue(personFacts(facts), inputs);
const ofChain = { chain_id: 'chain-1', product_rate_plan_id: 'plan-1', sku: 'TEA', amount: 1000 };

describe('the revenue of a person', () => {
  test('belongs to the chain, the order and the item that its line bills, with codes as they are compared', () => {
    const base = personFacts();
    const subscriptions = (base.accounts[0]?.subscriptions ?? []).map((version) => ({ ...version, coupon_code: '  Spring10 ', campaign: 'TV Ärzte' }));
    const { facts } = revenueOf({ subscriptions, ...invoiced('i1 2026-01-01', { ...ofChain, tax_amount: 200, quantity: '2' }) });
    expect(facts).toEqual([
      {
        ...{ brand: 'alpina', account_id: 'account-1', source: 'billing', source_id: 'i1-0', part: 'sale', channel: 'unclassified', payment_fee: 42, fact_date: '2026-01-01', kind: 'sale', person_id: 'person-1' },
        ...{ market: 'AT', currency: 'EUR', invoice_id: 'i1', line_id: 'i1-0', refund_id: null, chain_id: 'chain-1', chain_start: '2026-01-01', sku: 'TEA' },
        ...{ category: 'subscription', coupon_code: 'spring10', campaign: 'tv ärzte', customer_type: 'new', quantity: '2', amount: 1000, tax: 200, is_one_off: true },
        ...{ order_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown, item_id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown },
      },
    ]);
  });

  test('is of a new customer as long as the chain began before any invoice, also when it is billed again and again', () => {
    const { facts } = revenueOf(all(invoiced('i1 2026-01-01', ofChain), invoiced('i2 2026-02-01', ofChain)));
    expect(facts.map(({ customer_type: type }) => type)).toEqual(['new', 'new']);
  });

  test('is of an existing customer if the chain began after an invoice, or if without a chain the invoice came after one', () => {
    const { facts } = revenueOf(all(invoiced('i0 2025-06-01', { amount: 500 }), invoiced('i1 2026-01-01', ofChain), invoiced('i2 2026-02-01', { amount: 300 })));
    expect(facts.map(({ invoice_id: invoice, customer_type: type }) => `${invoice} ${type}`)).toEqual(['i0 new', 'i1 existing', 'i2 existing']);
  });

  test('of a chain without a start begins when the account was created', () => {
    const base = personFacts();
    const own = base.accounts[0] as AccountFacts;
    const subscriptions = own.subscriptions.map((version) => ({ ...version, chain_start: null }));
    const account = { ...own.account, created_date: '2025-12-24 10:00:00.000000' };
    expect(revenueOf({ account, subscriptions, ...invoiced('i1 2026-01-01', ofChain) }).facts.map(({ chain_start: start }) => start)).toEqual(['2025-12-24']);
  });

  test('is nothing for a test account', () => {
    const own = personFacts().accounts[0] as AccountFacts;
    expect(revenueOf({ account: { ...own.account, is_test: true }, ...invoiced('i1 2026-01-01', ofChain) })).toEqual({ facts: [], customers: [] });
  });
});

const NO_LINE = { first_sku: null, first_class: null, campaign: null, coupon_code: null, channel: 'none' };

describe('a customer', () => {
  test('is acquired by the first invoice above 0, and called after its largest line that is no shipping', () => {
    const { customers } = revenueOf(
      all(
        invoiced('i0 2025-12-01', { amount: 0, sku: 'FREE' }),
        invoiced('i10 2026-01-01', { ...ofChain, sku: 'LATER' }),
        invoiced('i9 2026-01-01', { amount: 9000, sku: 'SHIP', category: 'shipping' }, { ...ofChain, sku: 'B', amount: 700 }, { ...ofChain, sku: 'A', amount: 700 }),
        invoiced('i11 2026-03-01', ofChain),
      ),
      { notes: new Map(), firstMrr: new Map([['alpina', '2026-01-01' as LocalDate]]), shopOrders: [], setup: METRICS_SETUP },
    );
    const acquired = { person_id: 'person-1', acquired_on: '2026-01-01', invoice_id: 'i9', currency: 'EUR', market: 'AT', first_sku: 'B', first_class: 'standard', campaign: null, coupon_code: null, channel: 'none' };
    expect(customers).toEqual([
      { brand: 'alpina', ...acquired, first_mrr_on: '2026-01-01', invoices: 3, last_invoice_on: '2026-03-01' },
      { brand: '*', ...acquired, first_mrr_on: null, invoices: 3, last_invoice_on: '2026-03-01' },
    ]);
  });

  test('of a second brand is new there and not in the group', () => {
    const [first] = personFacts(invoiced('i2 2026-02-01', { amount: 100, category: 'fee' })).accounts as [AccountFacts];
    const second: AccountFacts = { ...first, brand: 'belmont', subscriptions: [], charges: [], ...invoiced('i1 2026-01-01', { amount: 100, category: 'fee' }) };
    const person: PersonFacts = { personId: 'person-1', accounts: [second, first] };
    const { customers, facts } = personRevenue(person, NOTHING);
    const row = { person_id: 'person-1', currency: 'EUR', market: 'AT', ...NO_LINE, first_mrr_on: null };
    expect(customers).toEqual([
      { brand: 'alpina', ...row, acquired_on: '2026-02-01', invoice_id: 'i2', invoices: 1, last_invoice_on: '2026-02-01' },
      { brand: 'belmont', ...row, acquired_on: '2026-01-01', invoice_id: 'i1', invoices: 1, last_invoice_on: '2026-01-01' },
      { brand: '*', ...row, acquired_on: '2026-01-01', invoice_id: 'i1', invoices: 2, last_invoice_on: '2026-02-01' },
    ]);
    expect(facts.map(({ customer_type: type }) => type)).toEqual(['new', 'new']);
  });

  test('has a row without an acquisition if there is recurring revenue and no invoice', () => {
    const { customers } = revenueOf({}, { notes: new Map(), firstMrr: new Map([['*', '2026-01-01' as LocalDate]]), shopOrders: [], setup: METRICS_SETUP });
    expect(customers).toEqual([
      { brand: '*', person_id: 'person-1', acquired_on: null, invoice_id: null, currency: null, market: null, ...NO_LINE, channel: null, first_mrr_on: '2026-01-01', invoices: 0, last_invoice_on: null },
    ]);
  });
});
