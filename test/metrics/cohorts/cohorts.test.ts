import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { BuyerCohort, type Buyer } from '../../../src/metrics/cohorts/buyers.ts';
import type { CohortCells } from '../../../src/metrics/cohorts/cohort-cells.ts';
import { BUYER_MEASURES, SUBSCRIBER_MEASURES, cohortRecords } from '../../../src/metrics/cohorts/cohort-records.ts';
import { SubscriberCohort } from '../../../src/metrics/cohorts/subscribers.ts';

type Purchase = readonly [customer: string, date: LocalDate, currency: string, gross: number, net: number];
type Credit = readonly [customer: string, date: LocalDate, currency: string, net: number];
interface ExpectedCohort {
  readonly month: string;
  readonly currency: string;
  readonly members: number;
  readonly other_currency?: number;
  readonly cells: readonly number[];
}
interface CohortVector {
  readonly name: string;
  readonly as_of: LocalDate;
  readonly purchases?: readonly Purchase[];
  readonly scopes?: Readonly<Record<string, readonly Purchase[]>>;
  readonly credits: readonly Credit[];
  readonly expect?: readonly ExpectedCohort[];
  readonly expect_by_scope?: Readonly<Record<string, readonly ExpectedCohort[]>>;
}
interface Vectors {
  readonly cohorts: readonly CohortVector[];
  readonly retention: readonly {
    readonly name: string;
    readonly as_of: LocalDate;
    readonly members: Readonly<Record<string, readonly (readonly [LocalDate, string, number])[]>>;
    readonly expect: { readonly month: string; readonly logo: readonly number[]; readonly mrr: readonly number[] };
  }[];
}

const vectors = JSON.parse(readFileSync(new URL('../../vectors/metrics.json', import.meta.url), 'utf8')) as Vectors;
const NO_VALUES = { channel: null, first_sku: null, first_class: null, market: null };

function buyersOf(purchases: readonly Purchase[], credits: readonly Credit[]): Buyer[] {
  return [...new Set(purchases.map(([customer]) => customer))].flatMap((name): Buyer[] => {
    const own = purchases.filter(([customer, , , gross]) => customer === name && gross > 0).sort(([, a], [, b]) => (a < b ? -1 : 1));
    const [first] = own;
    if (first === undefined) return [];
    const facts = [...purchases.map(([customer, date, currency, , net]) => [customer, date, currency, net] as const), ...credits].filter(([customer]) => customer === name);
    return [{ acquiredOn: first[1], currency: first[2], values: NO_VALUES, revenue: facts.map(([, date, currency, amount]) => ({ date, currency, amount })), purchases: own.map(([, date]) => date) }];
  });
}

function cohortsOf(purchases: readonly Purchase[], credits: readonly Credit[], asOf: LocalDate): ExpectedCohort[] {
  const cohorts = new Map<string, BuyerCohort>();
  for (const buyer of buyersOf(purchases, credits)) {
    const month = buyer.acquiredOn.slice(0, 7);
    const cohort = cohorts.get(month) ?? new BuyerCohort(month, asOf);
    cohorts.set(month, cohort);
    cohort.add(buyer);
  }
  return [...cohorts].flatMap(([month, { cells }]) =>
    cells.filter(({ dimension }) => dimension === 'all').map(({ currency, members, otherCurrency, amounts }) => ({
      month, currency, members, ...(otherCurrency === 0 ? {} : { other_currency: otherCurrency }), cells: amounts,
    })),
  );
}

test.each(vectors.cohorts.map((vector) => [vector.name, vector] as const))('%s', (_name, { purchases, scopes, credits, as_of: asOf, ...expected }) => {
  if (scopes === undefined) expect(cohortsOf(purchases ?? [], credits, asOf)).toEqual(expected.expect);
  else {
    const found = Object.entries({ ...scopes, '*': Object.values(scopes).flat() }).map(([scope, own]) => [scope, cohortsOf(own, credits, asOf)]);
    expect(Object.fromEntries(found)).toEqual(expected.expect_by_scope);
  }
});

test.each(vectors.retention.map((vector) => [vector.name, vector] as const))('%s', (_name, { as_of: asOf, members, expect: { month, logo, mrr } }) => {
  const cohort = new SubscriberCohort(month, asOf);
  for (const movements of Object.values(members)) {
    cohort.add({ firstOn: movements[0]?.[0] as LocalDate, currency: 'EUR', values: NO_VALUES, movements: movements.map(([date, , amount]) => ({ date, amount })) });
  }
  const [all] = cohort.cells.filter(({ dimension }) => dimension === 'all');
  expect([all?.counts, all?.amounts]).toEqual([logo, mrr]);
});

describe('the cells of a cohort', () => {
  const buyer = (first: string, market: string | null, revenue: readonly (readonly [string, number])[]): Buyer => ({
    acquiredOn: first as LocalDate,
    currency: 'EUR',
    values: { ...NO_VALUES, market },
    revenue: revenue.map(([date, amount]) => ({ date: date as LocalDate, currency: 'EUR', amount })),
    purchases: revenue.filter(([, amount]) => amount > 0).map(([date]) => date as LocalDate),
  });
  const cohort = (...buyers: readonly Buyer[]): CohortCells[] => {
    const own = new BuyerCohort('2025-01', '2025-04-30' as LocalDate);
    for (const each of buyers) own.add(each);
    return own.cells;
  };

  test('count who bought at an age once, and say what is not known apart from all', () => {
    const cells = cohort(buyer('2025-01-10', 'AT', [['2025-01-10', 100], ['2025-03-12', 50], ['2025-03-20', 50]]), buyer('2025-01-20', null, [['2025-01-20', 10], ['2025-03-01', -10]]));
    expect(cells.filter(({ dimension }) => dimension === 'all' || dimension === 'market')).toEqual([
      { dimension: 'all', value: null, currency: 'EUR', members: 2, otherCurrency: 0, amounts: [110, 100, 200], counts: [2, 0, 1] },
      { dimension: 'market', value: 'AT', currency: 'EUR', members: 1, otherCurrency: 0, amounts: [100, 100, 200], counts: [1, 0, 1] },
      { dimension: 'market', value: null, currency: 'EUR', members: 1, otherCurrency: 0, amounts: [10, 0, 0], counts: [1, 0, 0] },
    ]);
  });

  test('become a row for each measure and age, told apart by their names', () => {
    const rows = cohortRecords('alpina', '2025-01', cohort(buyer('2025-01-10', 'AT', [['2025-01-10', 100]])), BUYER_MEASURES);
    expect(rows).toHaveLength(5 * 2 * 3);
    expect(new Set(rows.map(({ row_id: id }) => id)).size).toBe(rows.length);
    expect(rows.filter(({ dimension, age }) => dimension === 'market' && age === 2).map((row) => ({ ...row, row_id: '' }))).toEqual([
      { brand: 'alpina', cohort: '2025-01', dimension: 'market', value: 'AT', currency: 'EUR', members: 1, measure: 'ltv', age: 2, other_currency: 0, amount: 100, count: null, row_id: '' },
      { brand: 'alpina', cohort: '2025-01', dimension: 'market', value: 'AT', currency: 'EUR', members: 1, measure: 'purchases', age: 2, other_currency: null, amount: null, count: 0, row_id: '' },
    ]);
    expect(cohortRecords('alpina', '2025-01', cohort(buyer('2025-01-10', 'AT', [])), SUBSCRIBER_MEASURES).map(({ measure }) => measure).slice(0, 2)).toEqual(['mrr', 'logo']);
  });

  test('keep their members over all ages, and come at full age to all revenue up to then, whatever the order of members', () => {
    const revenue = fc.array(fc.record({ day: fc.integer({ min: -20, max: 200 }), amount: fc.integer({ min: -500, max: 1000 }) }), { maxLength: 6 });
    const member = fc.record({ first: fc.integer({ min: 0, max: 30 }), market: fc.constantFrom('AT', 'DE', null), revenue });
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), (members) => {
        const buyers = members.map(({ first, market, revenue: facts }) => {
          const start = addDays('2025-01-01' as LocalDate, first);
          return buyer(start, market, facts.map(({ day, amount }) => [addDays(start, day), amount] as const));
        });
        const asOf = '2026-12-31' as LocalDate;
        const own = [buyers, [...buyers].reverse()].map((list) => {
          const cells = new BuyerCohort('2025-01', asOf);
          for (const each of list) cells.add(each);
          return cells.cells;
        });
        const sorted = (cells: readonly CohortCells[] = []): string[] => cells.map((each) => JSON.stringify(each)).sort();
        expect(sorted(own[0])).toEqual(sorted(own[1]));
        const [all] = own[0] ?? [];
        expect(all?.members).toBe(buyers.length);
        expect(all?.amounts.at(-1)).toBe(members.flatMap((each) => each.revenue).reduce((sum, { amount }) => sum + amount, 0));
      }),
    );
  });
});
