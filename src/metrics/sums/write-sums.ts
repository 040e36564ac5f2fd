import { addDays, type LocalDate } from '../../core/time.ts';
import { ActiveDays } from '../aggregates/active-days.ts';
import { daysOfMonth, grains, periodOf, rangesOfMonths, type DayRange } from '../aggregates/calendar.ts';
import { campaignRecords } from '../aggregates/campaigns.ts';
import { customerPeriods } from '../aggregates/customer-periods.ts';
import { mrrDays } from '../aggregates/mrr-days.ts';
import { readCampaignFacts, readOrderDays, readPurchaseDays, readRevenueDays } from '../aggregates/read-aggregates.repository.ts';
import { readActivePersons, readMovementSums } from '../aggregates/read-recurring.repository.ts';
import { BuyerCohort } from '../cohorts/buyers.ts';
import { readBuyers } from '../cohorts/buyers.repository.ts';
import { BUYER_MEASURES, cohortRecords, SUBSCRIBER_MEASURES } from '../cohorts/cohort-records.ts';
import { SubscriberCohort } from '../cohorts/subscribers.ts';
import { readSubscribers } from '../cohorts/subscribers.repository.ts';
import { readCampaignSpend } from '../marketing/read-marketing.repository.ts';
import type { PartitionKind } from '../partitions/partitions.ts';
import { metricActiveDays, metricCampaigns, metricCohorts, metricCustomerPeriods, metricMrrDays, metricRevenueDays } from '../records/aggregate-tables.ts';
import { apply, days } from './apply-sums.ts';
import { goods, marketingMonth, stock } from './marketing-sums.ts';
import { newestMrrDay } from './newest-mrr-day.repository.ts';
import type { Sums, SumsTarget } from './sums-target.ts';
import { models, predictions } from './write-predictions.ts';

/** How many months one transaction computes. Recurring revenue goes on from day to day: it is computed from the first on. */
export const MONTHS_AT_ONCE: Readonly<Record<PartitionKind, number>> = {
  ...{ active: 12, campaigns: 12, cohorts: 1, customers: 12, goods: 1, marketing: 3, models: 1 },
  ...{ mrr: Number.MAX_SAFE_INTEGER, predictions: 1, revenue: 12, stock: 1 },
};

/** Computes the sums of each kind from the records of persons, and writes those that differ. */
export const sumsOf: Readonly<Record<PartitionKind, (to: SumsTarget, sums: Sums) => Promise<void>>> = {
  active: activeDays,
  campaigns: async (to, { brand, periods, asOf }) => {
    for (const month of periods) await apply(to, metricCampaigns, brand, [month], campaignRecords(brand, month, asOf, await readCampaignFacts(to.target, brand, daysOfMonth(month)), await readCampaignSpend(to.target, brand, daysOfMonth(month))));
  },
  cohorts: async (to, { brand, periods, asOf }) => {
    for (const month of periods) await cohort(to, brand, month, asOf);
  },
  customers: async (to, { brand, periods }) => {
    for (const months of rangesOfMonths(periods)) await customers(to, brand, months);
  },
  goods: async (to, { brand, periods, marketing }) => {
    for (const month of periods) await goods(to, brand, month, marketing);
  },
  marketing: async (to, sums) => {
    for (const month of sums.periods) await marketingMonth(to, sums, month);
  },
  models,
  mrr: recurring,
  predictions,
  revenue: async (to, { brand, periods }) => {
    for (const month of periods) await apply(to, metricRevenueDays, brand, days(daysOfMonth(month)), await readRevenueDays(to.target, brand, daysOfMonth(month)));
  },
  stock: async (to, { brand, asOf }) => {
    await stock(to, brand, asOf);
  },
};

/** All months from the first to the last: those between them come to what they are. */
async function activeDays(to: SumsTarget, { brand, periods, asOf }: Sums): Promise<void> {
  const whole = { from: daysOfMonth(periods[0] ?? '').from, to: daysOfMonth(periods.at(-1) ?? '').to };
  const range = { from: whole.from, to: whole.to > asOf ? addDays(asOf, 1) : whole.to };
  const sums = new ActiveDays(range);
  for await (const segments of readActivePersons(to.target, brand, range)) sums.add(segments);
  await apply(to, metricActiveDays, brand, days(whole), range.from < range.to ? sums.rows(brand) : []);
}

async function recurring(to: SumsTarget, { brand, periods, asOf }: Sums): Promise<void> {
  const { from } = daysOfMonth(periods[0] ?? '');
  const end = addDays(asOf, 1);
  const newest = await newestMrrDay(to.target, brand);
  const stored = { from, to: newest !== undefined && newest >= end ? addDays(newest, 1) : end };
  const records = from < end ? mrrDays(brand, await readMovementSums(to.target, brand, end), { from, to: end }) : [];
  await apply(to, metricMrrDays, brand, days(stored), records);
}

/** Buyers and subscribers of a month are rows of one partition. */
async function cohort(to: SumsTarget, brand: string, month: string, asOf: LocalDate): Promise<void> {
  const buyers = new BuyerCohort(month, asOf);
  for await (const buyer of readBuyers(to.target, brand, month)) buyers.add(buyer);
  const subscribers = new SubscriberCohort(month, asOf);
  for await (const subscriber of readSubscribers(to.target, brand, month)) subscribers.add(subscriber);
  const records = [...cohortRecords(brand, month, buyers.cells, BUYER_MEASURES), ...cohortRecords(brand, month, subscribers.cells, SUBSCRIBER_MEASURES)];
  await apply(to, metricCohorts, brand, [month], records);
}

/** Months that follow each other, their days, and the weeks that begin in them. */
async function customers(to: SumsTarget, brand: string, own: DayRange): Promise<void> {
  const firstMonday = periodOf('week', addDays(own.from, DAYS_OF_WEEK - 1));
  const weeks = { from: firstMonday, to: addDays(periodOf('week', addDays(own.to, -1)), DAYS_OF_WEEK) };
  const read = { from: own.from, to: weeks.to > own.to ? weeks.to : own.to };
  const [purchases, orders] = [await readPurchaseDays(to.target, brand, read), await readOrderDays(to.target, brand, read)];
  const records = grains.flatMap((grain) => customerPeriods(brand, grain, grain === 'week' ? weeks : own, purchases, orders));
  await apply(to, metricCustomerPeriods, brand, days(own), records);
}

const DAYS_OF_WEEK = 7;
