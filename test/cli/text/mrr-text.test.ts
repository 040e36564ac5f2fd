import { expect, test } from '@jest/globals';

import { mrrText } from '../../../src/cli/text/mrr-text.ts';
import { recurringText } from '../../../src/cli/text/segments-text.ts';
import type { ExplainedCharge } from '../../../src/metrics/explain/explain-charges.ts';
import type { MrrExplanation } from '../../../src/metrics/explain/explain-mrr.ts';
import { day } from '../../metrics/mrr/charges.ts';

const CHARGE: ExplainedCharge = {
  ...{ id: 'c1', plan_id: 'p1', role: 'counted', left_out: null, charge_type: 'Recurring', category: 'subscription', billing_period: 'Annual', period_months: '12' },
  ...{ price: 10_000, quantity: '2.000000000', percentage: null, fixed: null, basis: 'price', monthly: { amount: 1667, exact: '5000/3' }, lowers: null },
  ...{ from: day('2025-01-01'), to: null, stated_end: null },
};
const SEGMENT = { from: day('2025-01-01'), to: null, state: 'active', mrr: 1667, evidence: { charges: ['c1'], discounts: [], unpriced: ['c2'], tax: { net: 1, tax: 0, from: 'chain' } } } as const;
const EXPLANATION: MrrExplanation = {
  ...{ brand: 'alpina', chain_id: 'chain', account_id: 'a', class: 'recurring', is_test: false, currency: 'EUR', as_of: day('2025-06-30'), mrr: 1667, zero_because: null },
  ...{ state: 'active', starts_on: day('2025-01-01'), ends_on: null, suspensions: [], charges_of: { version_id: 'v1', version: 1, is_latest: true }, charges: [CHARGE] },
  amounts: { charges: { amount: 1667, exact: '5000/3' }, after_discounts: { amount: 1667, exact: '5000/3' }, without_tax: { amount: 1667, exact: '5000/3' } },
  tax: { net: 0, tax: 0, from: 'none', invoice_id: null, invoice_number: null, invoice_date: null },
  segments: [SEGMENT],
};
const textOf = (change: Partial<MrrExplanation>, stored: 'same' | 'different' | 'none' = 'same'): string =>
  mrrText({ explanation: { ...EXPLANATION, ...change }, name: 'A-S1', names: new Map([['c1', { number: 'C-1', name: 'Tea', plan: null }]]), stored });
/** Of a table the text wraps: what stands in it, word by word. */
const words = (text: string): string => text.replaceAll(/\s+/g, ' ');

test('shows prices by their period, fractions of a cent, and that an unknown tax stays in', () => {
  const text = words(textOf({}));
  expect(text).toContain('subscription A-S1 of alpina: monthly recurring revenue of 2025-06-30 is 16.67 EUR');
  expect(text).toContain('100.00 EUR × 2 ÷ 12 months (Annual) 16.6667 EUR');
  expect(text).toContain('charges that count, together 16.6667 EUR after discounts 16.6667 EUR');
  expect(text).toContain('no posted invoice tells the tax in prices: it is not taken off');
  expect(text).toContain('rounded once, half to the even cent: monthly recurring revenue 16.67 EUR');
});

test('shows discounts as what they take off, and of whose charges', () => {
  const discount = (change: Partial<ExplainedCharge>): ExplainedCharge => ({ ...CHARGE, role: 'discount', price: null, quantity: '1', billing_period: 'Month', period_months: '1', lowers: 'plan', ...change });
  const text = words(textOf({
    charges: [
      discount({ basis: 'percentage', percentage: '12.500000000', monthly: null }),
      discount({ basis: 'price', fixed: -300, lowers: 'subscription', monthly: { amount: 300, exact: '300' } }),
      discount({ basis: 'unpriced', monthly: null }),
    ],
  }));
  expect(text).toContain('12.5 % off charges of its plan');
  expect(text).toContain('3.00 EUR a month, off all charges -3.00 EUR');
  expect(text).toContain('nobody knows the amount');
});

test('says what counts nothing and why the whole is nothing, and what to do if something else is stored', () => {
  const text = words(textOf({ mrr: 0, zero_because: 'gift', charges: [{ ...CHARGE, role: 'left_out', left_out: 'usage', basis: null, monthly: null }] }, 'different'));
  expect(text).toContain('is 0.00 EUR, as a gift brings nothing');
  expect(text).toContain('not counted: is billed by usage');
  expect(text).toContain('but a gift brings nothing: monthly recurring revenue 0.00 EUR');
  expect(text).toContain('What build-metrics has stored differs from this. To bring it up: hub build-metrics --account a');
  expect(textOf({}, 'none')).toContain('Nothing is stored of this yet.');
});

test('can be read without a currency, a start, a charge or a class', () => {
  const text = words(textOf({ currency: null, mrr: 0, zero_because: 'undated', starts_on: null, class: null, charges: [], charges_of: null, amounts: null, tax: null, segments: [] }));
  expect(text).toContain('as nobody knows when it began');
  expect(text).toContain('unclassified, active on that day; no start is known no version has a charge');
});

test('the stored segments name their charges as people do, else by id', () => {
  const text = words(recurringText({ segments: [{ ...SEGMENT, currency: 'EUR' }], names: new Map([['c1', { number: 'C-1', name: null, plan: null }]]) }));
  expect(text).toContain('2025-01-01 – active 16.67 EUR 1/1 chain C-1 – c2');
  expect(recurringText({ segments: [], names: new Map() })).toMatch(/^No recurring revenue is stored/);
});
