import { beforeAll, describe, expect, test } from '@jest/globals';

import { groupBy } from '../../src/core/group-by.ts';
import type { LocalDate } from '../../src/core/time.ts';
import type { Transaction } from '../../src/db/database.ts';
import { AuditWriter } from '../../src/engine/records/audit.repository.ts';
import type { RecordTarget } from '../../src/engine/records/record-target.ts';
import { applyRecords } from '../../src/engine/records/records.repository.ts';
import type { RunId } from '../../src/core/ids.ts';
import { campaignRecords } from '../../src/metrics/aggregates/campaigns.ts';
import { daysOfMonth, periodsIn, wholePeriods } from '../../src/metrics/aggregates/calendar.ts';
import { customerPeriods } from '../../src/metrics/aggregates/customer-periods.ts';
import { readCampaignFacts, readOrderDays, readPurchaseDays, readRevenueDays } from '../../src/metrics/aggregates/read-aggregates.repository.ts';
import { BuyerCohort } from '../../src/metrics/cohorts/buyers.ts';
import { readBuyers } from '../../src/metrics/cohorts/buyers.repository.ts';
import { BUYER_MEASURES, cohortRecords } from '../../src/metrics/cohorts/cohort-records.ts';
import { readRevenueFacts } from '../../src/metrics/facts/revenue-facts.repository.ts';
import { metricCampaigns, metricCohorts, metricCustomerPeriods, metricRevenueDays } from '../../src/metrics/records/aggregate-tables.ts';
import { GROUP } from '../../src/metrics/records/group.ts';
import { metricCustomers, revenueFacts, type MetricCustomerRecord, type RevenueFactRecord } from '../../src/metrics/records/revenue-tables.ts';
import { personRevenue } from '../../src/metrics/revenue/person-revenue.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { METRICS_SETUP } from '../support/stages/metrics.ts';
import { fill, fixtureLake, runStages } from '../support/stages/orders.ts';

const AS_OF = '2026-01-01' as LocalDate;

describeEachDatabase('the revenue of the example lake', (suite) => {
  let facts: RevenueFactRecord[] = [];
  let customers: MetricCustomerRecord[] = [];

  beforeAll(async () => {
    const clock = testClock();
    await fill(suite.database, fixtureLake, clock);
    await runStages(suite.database, clock);
    const persons = await suite.database.read((knex) => knex<{ person_id: string }>('enriched_accounts').distinct('person_id').pluck('person_id'));
    await suite.database.write(async (tx) => {
      const { people, notes } = await readRevenueFacts(suite.database, tx, persons);
      const revenue = people.map((person) => personRevenue(person, { notes, firstMrr: new Map(), shopOrders: [], setup: METRICS_SETUP }));
      facts = revenue.flatMap((each) => each.facts);
      customers = revenue.flatMap((each) => each.customers);
      const target = targetOf(suite, tx);
      for (const [brand, own] of groupBy(facts, (fact) => fact.brand)) await applyRecords(target, revenueFacts, { brand, keys: own.map((fact) => fact.account_id) }, own);
      for (const [brand, own] of groupBy(customers, (customer) => customer.brand)) await applyRecords(target, metricCustomers, { brand, keys: own.map((customer) => customer.person_id) }, own);
    });
  }, 180_000);

  test('is invoiced less credited of the customer accounts, in each brand and currency', async () => {
    const accounts = await suite.database.read((knex) => knex<Record<string, string | number>>('customer_accounts').groupBy('brand', 'currency').select('brand', 'currency').sum({ invoiced: 'invoiced', credited: 'credited' }));
    const expected = accounts.map((row) => [`${row['brand']} ${row['currency']}`, Number(row['invoiced']) - Number(row['credited'])] as const).filter(([, sum]) => sum !== 0);
    const found = [...groupBy(facts, ({ brand, currency }) => `${brand} ${currency}`)].map(([key, own]) => [key, sum(own, ({ amount, tax }) => amount + tax)] as const).filter(([, total]) => total !== 0);
    expect(found.sort()).toEqual(expected.sort());
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(facts.map(({ kind }) => kind)).size).toBeGreaterThan(2);
  });

  test('belongs to orders and items that are stored', async () => {
    const items = await suite.database.read((knex) => knex<{ brand: string; order_id: string; item_id: string }>('order_items').select('brand', 'order_id', 'item_id'));
    const known = new Set(items.map(({ brand, order_id: order, item_id: item }) => `${brand} ${order} ${item}`));
    const named = facts.filter(({ order_id: order }) => order !== null);
    expect(named.length).toBeGreaterThan(facts.length / 2);
    expect(named.filter(({ brand, order_id: order, item_id: item }) => !known.has(`${brand} ${order} ${item}`))).toEqual([]);
  });

  test('is the same, row by row, when it is read again; nothing is written twice', async () => {
    await suite.database.write(async (tx) => {
      const [brand, own] = [...groupBy(facts, (fact) => fact.brand)][0] ?? ['', []];
      const changes = await applyRecords(targetOf(suite, tx), revenueFacts, { brand, keys: own.map((fact) => fact.account_id) }, [...own].reverse());
      expect([changes.inserted, changes.updated, changes.deleted, changes.unchanged]).toEqual([0, 0, 0, own.length]);
    });
  });

  describe('summed up', () => {
    test('by day is all of it', async () => {
      const [brand, own] = largest(facts);
      const range = { from: '2000-01-01' as LocalDate, to: '2100-01-01' as LocalDate };
      const days = await suite.database.write((tx) => readRevenueDays({ database: suite.database, tx }, brand, range));
      expect(sum(days, ({ net_revenue: net }) => net)).toBe(sum(own, ({ amount }) => amount));
      expect(sum(days, (day) => day.gross_sales + day.discounts + day.credits + day.refunds)).toBe(sum(own, ({ amount }) => amount));
      expect(sum(days, ({ tax }) => tax)).toBe(sum(own, ({ tax }) => tax));
      expect(new Set(days.map(({ row_id: id }) => id)).size).toBe(days.length);
    });

    test('by month is stored once, and a second time changes nothing', async () => {
      const [brand, own] = largest(facts);
      const month = busiestMonth(own);
      const range = daysOfMonth(month);
      for (const isFirst of [true, false]) {
        await suite.database.write(async (tx) => {
          const source = { database: suite.database, tx };
          const week = wholePeriods('week', range);
          const periods = customerPeriods(brand, 'week', week, await readPurchaseDays(source, brand, week), await readOrderDays(source, brand, week));
          const changes = [
            await applyRecords(targetOf(suite, tx), metricRevenueDays, { brand, keys: periodsIn('day', range) }, await readRevenueDays(source, brand, range)),
            await applyRecords(targetOf(suite, tx), metricCustomerPeriods, { brand, keys: periodsIn('week', week) }, periods),
            await applyRecords(targetOf(suite, tx), metricCampaigns, { brand, keys: [month] }, campaignRecords(brand, month, AS_OF, await readCampaignFacts(source, brand, range))),
          ];
          const [days, weeks, campaigns] = changes.map(({ inserted, updated, deleted }) => ({ written: inserted > 0, changed: updated + deleted }));
          expect([days, weeks]).toEqual([{ written: isFirst, changed: 0 }, { written: isFirst, changed: 0 }]);
          expect(campaigns?.changed).toBe(0);
        });
      }
    });

    test('by period has the customers of a month, and the new ones are those acquired in it', async () => {
      for (const brand of [largest(facts)[0], GROUP]) {
        const own = brand === GROUP ? facts : facts.filter((fact) => fact.brand === brand);
        const month = busiestMonth(own);
        const [row] = await suite.database.write(async (tx) => {
          const source = { database: suite.database, tx };
          const range = daysOfMonth(month);
          return customerPeriods(brand, 'month', range, await readPurchaseDays(source, brand, range), await readOrderDays(source, brand, range));
        });
        const inScope = customers.filter((customer) => customer.brand === brand);
        const acquired = inScope.filter(({ acquired_on: day }) => day?.startsWith(month));
        expect(row?.customers_new).toBe(acquired.length);
        const invoices = groupBy(own.filter(({ kind, fact_date: day }) => ['sale', 'discount', 'rest'].includes(kind) && day.startsWith(month)), (fact) => `${fact.person_id} ${fact.brand} ${fact.invoice_id}`);
        const buyers = new Set([...invoices].filter(([, parts]) => sum(parts, ({ amount, tax }) => amount + tax) > 0).map(([key]) => key.split(' ')[0]));
        expect((row?.customers_new ?? 0) + (row?.customers_existing ?? 0)).toBe(buyers.size);
      }
    });

    test('by coupon and campaign is that of the chains that have one', async () => {
      const [brand] = largest(facts.filter(({ coupon_code: coupon }) => coupon !== null));
      const withCoupon = facts.filter((fact) => fact.brand === brand && fact.coupon_code !== null && fact.chain_start !== null && fact.fact_date < AS_OF);
      const months = [...new Set(withCoupon.map(({ chain_start: start }) => String(start).slice(0, 7)))];
      const rows = await suite.database.write(async (tx) => {
        const found = [];
        for (const month of months) found.push(...campaignRecords(brand, month, AS_OF, await readCampaignFacts({ database: suite.database, tx }, brand, daysOfMonth(month))));
        return found;
      });
      expect(sum(rows.filter(({ kind }) => kind === 'coupon'), ({ net_to_date: net }) => net)).toBe(sum(withCoupon, ({ amount }) => amount));
      expect(withCoupon.length).toBeGreaterThan(0);
    });

    test('by cohort has members who were acquired in its month, and their revenue at full age', async () => {
      const [brand, own] = largest(facts);
      for (const scope of [brand, GROUP]) {
        const members = customers.filter((customer) => customer.brand === scope && customer.acquired_on !== null);
        const month = busiestMonth(members.map(({ acquired_on: day }) => ({ fact_date: String(day) })));
        const cohort = new BuyerCohort(month, '2040-01-01' as LocalDate);
        const ofMonth = members.filter(({ acquired_on: day }) => day?.startsWith(month));
        await suite.database.write(async (tx) => {
          for await (const buyer of readBuyers({ database: suite.database, tx }, scope, month)) cohort.add(buyer);
          const rows = cohortRecords(scope, month, cohort.cells, BUYER_MEASURES);
          const { inserted } = await applyRecords(targetOf(suite, tx), metricCohorts, { brand: scope, keys: [month] }, rows);
          expect(inserted).toBe(rows.length);
        });
        const all = cohort.cells.filter(({ dimension }) => dimension === 'all');
        expect(sum(all, ({ members: count }) => count)).toBe(ofMonth.length);
        const currencies = new Map(ofMonth.map((member) => [member.person_id, member.currency]));
        const revenue = (scope === GROUP ? facts : own).filter((fact) => currencies.get(fact.person_id) === fact.currency);
        expect(sum(all, ({ amounts }) => amounts.at(-1) ?? 0)).toBe(sum(revenue, ({ amount }) => amount));
        expect(sum(all, ({ counts }) => counts[0] ?? 0)).toBe(ofMonth.length);
      }
    });
  });
});

function sum<Row>(rows: readonly Row[], valueOf: (row: Row) => number): number {
  return rows.reduce((total, row) => total + valueOf(row), 0);
}

/** The brand with most facts, and these. */
function largest(facts: readonly RevenueFactRecord[]): [brand: string, own: RevenueFactRecord[]] {
  return [...groupBy(facts, ({ brand }) => brand)].sort(([, a], [, b]) => b.length - a.length)[0] ?? ['', []];
}

function busiestMonth(facts: readonly { readonly fact_date: string }[]): string {
  return [...groupBy(facts, ({ fact_date: day }) => day.slice(0, 7))].sort(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? '';
}

function targetOf({ database }: TestDatabase, tx: Transaction): RecordTarget {
  const clock = testClock();
  const runId = 'run-of-the-test' as RunId;
  return { database, tx, audit: new AuditWriter(runId, clock), runId, changeNo: 1_000, now: clock.now(), write: true, recompute: false };
}
