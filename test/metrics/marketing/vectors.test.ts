import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { fraction, sumOfFractions } from '../../../src/core/fraction.ts';
import { toMinor } from '../../../src/core/money.ts';
import { rounded } from '../../../src/core/rounded.ts';
import { parseDecimal } from '../../../src/core/decimal.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import { microsOf } from '../../../src/facts/row-facts.ts';
import { productMargins, UnitCosts, type MarginFact, type UnitCost } from '../../../src/metrics/margin/product-margin.ts';
import { acquisitionCost } from '../../../src/metrics/marketing/acquisition-cost.ts';
import { pacing } from '../../../src/metrics/marketing/pacing.ts';
import { claimedRoas, measuredReturn, overClaim } from '../../../src/metrics/marketing/returns.ts';
import { fractionOf, majorOfMicros, minorOf, type Rates } from '../../../src/metrics/records/rates.ts';
import { paymentFees } from '../../../src/metrics/revenue/payment-fee.ts';
import { daysLeft, stockStatus, velocityOf } from '../../../src/metrics/stock/stock-status.ts';
import { PROJECT } from '../../support/program/hub.ts';

interface Case {
  readonly name: string;
}
interface Vectors {
  readonly marketing: readonly Case[];
  readonly margin: readonly Case[];
  readonly stock: readonly StockCase[];
}
interface StockCase extends Case {
  readonly as_of: LocalDate;
  readonly row: { readonly date: LocalDate; readonly on_hand: number; readonly reserved: number; readonly reorder_point: number | null; readonly lead_time_days: number | null };
  readonly sold_28_days: number;
  readonly expect: { readonly available?: number; readonly velocity?: string; readonly days_left?: string | null; readonly status: string };
}
interface MarginCase extends Case {
  readonly costs: readonly (readonly [sku: string, currency: string, from: LocalDate, unit: string, fulfilment: string])[];
  readonly facts: readonly (readonly [kind: MarginFact['kind'], date: LocalDate, sku: string, currency: string, quantity: string | null, amount: number, of?: string])[];
  readonly fees?: readonly number[];
  readonly invoice_gross?: readonly number[];
  readonly fee?: { readonly percent: string; readonly fixed: number };
  readonly rates?: { readonly base: string; readonly CHF: string };
  readonly expect: Record<string, number | null>;
}

const vectors = JSON.parse(readFileSync(join(PROJECT, 'test/vectors/metrics.json'), 'utf8')) as Vectors;
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says at the call what the case holds
const named = <Of extends Case>(list: readonly Case[], name: string): Of => {
  const found = list.find((one) => one.name.startsWith(name));
  if (found === undefined) throw new Error(`there is no case "${name}"`);
  return found as Of;
};
const spendOf = (...spend: readonly (readonly [currency: string, amount: string])[]) => new Map(spend.map(([currency, amount]) => [currency, microsOf(canonical(amount))]));
const canonical = (decimal: string): string => parseDecimal(decimal) ?? decimal;
const minor = (amount: string): number => toMinor(canonical(amount), 'EUR') ?? NaN;
const ratesOf = ({ base, ...rates }: { readonly base: string; readonly CHF: string }): Rates => ({ base, rates: { CHF: canonical(rates.CHF) } });

describe('marketing', () => {
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says at the call what the case holds
  const of = <Of extends Case>(name: string): Of => named<Of>(vectors.marketing, name);

  test.each(['CAC paid and blended', 'spend without customers is not 0'])('%s', (name) => {
    const { spend, acquired, expect: expected } = of<Case & { spend: { meta: string }; acquired: Record<string, number>; expect: Record<string, number | [null, string]> }>(name);
    const all = Object.values(acquired).reduce((sum, count) => sum + count, 0);
    const result = (customers: number) => {
      const { cac, reason } = acquisitionCost(spendOf(['EUR', spend.meta]), customers);
      return cac ?? [null, reason];
    };
    expect({ meta: result(acquired['meta'] ?? 0), paid: result(acquired['meta'] ?? 0), blended: result(all) }).toEqual(expected);
  });

  test('no rows of spend are not 0 either; spend of 0 is', () => {
    const { cases } = of<Case & { cases: readonly { spend: string | null; acquired: number; expect: unknown }[] }>('no rows of spend');
    for (const { spend, acquired, expect: expected } of cases) {
      const { cac, reason } = acquisitionCost(spend === null ? new Map() : spendOf(['EUR', spend]), acquired);
      expect([cac, reason]).toEqual(expected);
    }
  });

  test('spend in two currencies', () => {
    const { spend, acquired, expect: expected, with_rates: rates } = of<Case & { spend: readonly [string, string][]; acquired: number; expect: unknown; with_rates: { base: string; CHF: string; expect: { EUR: number } } }>('spend in two');
    const { cac, reason } = acquisitionCost(spendOf(...spend), acquired);
    expect([cac, reason]).toEqual(expected);
    expect(acquisitionCost(spendOf(...spend), acquired, ratesOf({ base: rates.base, CHF: rates.CHF }))).toMatchObject({ currency: 'EUR', cac: rates.expect.EUR });
    expect(acquisitionCost(spendOf(...spend), acquired, { base: 'EUR', rates: {} })).toMatchObject({ reason: 'several_currencies' });
  });

  test('ROAS is a ratio of sums', () => {
    const { rows, expect: expected } = of<Case & { rows: readonly { spend: string; value: string }[]; expect: string }>('ROAS');
    const sum = (which: 'spend' | 'value') => rows.reduce((total, row) => total + microsOf(canonical(row[which])), 0);
    expect(rounded(claimedRoas(sum('value'), sum('spend')) ?? fraction(0), 2)).toBe(expected);
    expect(claimedRoas(5, 0)).toBeUndefined();
  });

  test('claims of platforms are never summed; over-claim is shown', () => {
    type Claims = Case & { platforms: Record<string, { spend: string; claimed: string }>; net_sales: string; net_revenue: string; expect: { claimed_roas: Record<string, string | null>; over_claim: string; mer: string } };
    const { platforms, net_sales: sales, net_revenue: revenue, expect: expected } = of<Claims>('claims of platforms');
    const all = Object.values(platforms);
    const sum = (which: 'spend' | 'claimed') => all.reduce((total, row) => total + microsOf(canonical(row[which])), 0);
    for (const [platform, { spend, claimed }] of Object.entries(platforms)) {
      expect(rounded(claimedRoas(microsOf(canonical(claimed)), microsOf(canonical(spend))) ?? fraction(0), 2)).toBe(expected.claimed_roas[platform]);
    }
    expect(rounded(overClaim(sum('claimed'), minor(sales), 'EUR') ?? fraction(0), 2)).toBe(expected.over_claim);
    expect(rounded(measuredReturn(minor(revenue), sum('spend'), 'EUR') ?? fraction(0), 2)).toBe(expected.mer);
  });

  test('micros: only the sum is rounded', () => {
    const { spend, expect_minor: expected } = of<Case & { spend: readonly string[]; expect_minor: number }>('micros');
    expect(acquisitionCost(spendOf(['EUR', rounded(sumOfFractions(spend.map((one) => majorOfMicros(microsOf(one)))), 6)]), 1).spend).toBe(expected);
  });

  test('pacing', () => {
    const { budget, days_of_month: days, days_done: done, spend, last_7_days: last, expect: expected } = of<Case & Record<'budget' | 'spend' | 'last_7_days', string> & Record<'days_of_month' | 'days_done', number> & { expect: { pace: string; forecast: number } }>('pacing');
    const amount = (text: string) => minorOf(fractionOf(canonical(text)), 'EUR') ?? fraction(0);
    const { pace, forecast } = pacing({ budget: minor(budget), spend: amount(spend), lastDays: amount(last), lastDaysCount: 7, daysOfMonth: days, daysDone: done });
    expect({ pace: rounded(pace ?? fraction(0), 2), forecast }).toEqual(expected);
    expect(pacing({ budget: undefined, spend: amount(spend), lastDays: amount('0'), lastDaysCount: 0, daysOfMonth: 30, daysDone: 30 })).toEqual({ pace: undefined, forecast: minor(spend) });
  });
});

test.each(vectors.margin.filter((one): one is MarginCase => 'facts' in one).map((one) => [one.name, one] as const))('margin: %s', (_, { costs, facts, fees, fee, invoice_gross: gross, rates, expect: expected }) => {
  const ofInvoice = fee === undefined ? undefined : paymentFees({ percent: canonical(fee.percent), fixed: fee.fixed }, gross?.[0] ?? 0, facts.map(([, , , , , amount]) => amount));
  const rows: UnitCost[] = costs.map(([sku, currency, validFrom, unit, fulfilment]) => ({ sku, currency, validFrom, unit: canonical(unit), fulfilment: canonical(fulfilment) }));
  const all = facts.map(([kind, date, sku, currency, quantity, amount, of], index): MarginFact => ({
    ...{ kind, sku, currency, quantity, amount, shipping: undefined, soldOn: (of?.slice(-10) ?? date) as LocalDate },
    paymentFee: (ofInvoice ?? fees)?.[index] ?? null,
  }));
  const [sum] = productMargins(all, new UnitCosts(rows, rates && ratesOf(rates)));
  expect(sum && { net_sales: sum.netSales, covered_sales: sum.coveredSales, cost: sum.cost, fulfilment: sum.fulfilment, payment_fees: sum.paymentFees, margin: sum.margin }).toEqual(expected);
});

test('margin: the fee of an invoice is spread over its sale lines by largest remainder', () => {
  const { fee, invoice_gross: gross, lines_gross: lines, expect_fees: expected } = named<Case & { fee: { percent: string; fixed: number }; invoice_gross: [number]; lines_gross: number[]; expect_fees: number[] }>(vectors.margin, 'the fee of');
  expect(paymentFees({ percent: canonical(fee.percent), fixed: fee.fixed }, gross[0], lines)).toEqual(expected);
  expect(paymentFees({ percent: '1', fixed: 25 }, -500, lines)).toEqual([0, 0, 0]);
});

test('margin: what the carrier charged takes the place of the cost of fulfilment', () => {
  const costs = new UnitCosts([{ sku: 'A', currency: 'EUR', validFrom: '2025-01-01' as LocalDate, unit: '5', fulfilment: '2.5' }]);
  const fact: MarginFact = { kind: 'sale', sku: 'A', currency: 'EUR', soldOn: '2025-02-01' as LocalDate, quantity: '2', amount: 3000, paymentFee: null, shipping: undefined };
  expect(productMargins([fact, { ...fact, shipping: 310 }], costs)).toMatchObject([{ fulfilment: 810, cost: 2000, margin: 3190 }]);
});

test.each(vectors.stock.map((one) => [one.name, one] as const))('stock: %s', (_, { as_of: asOf, row, sold_28_days: sold, expect: expected }) => {
  const available = row.on_hand - row.reserved;
  const velocity = velocityOf(fraction(sold));
  const left = daysLeft(fraction(available), velocity);
  const status = stockStatus({ day: row.date, available: String(available), reorderPoint: row.reorder_point === null ? null : String(row.reorder_point), leadTimeDays: row.lead_time_days }, left, asOf);
  expect({ available, velocity: rounded(velocity, 2), days_left: left === undefined ? null : rounded(left, 1), status }).toMatchObject(expected);
});
