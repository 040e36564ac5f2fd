import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import { periodOf } from '../aggregates/calendar.ts';
import { GROUP } from '../records/group.ts';
import { modelDay } from '../models/model-day.ts';
import type { MrrMovementRecord } from '../records/mrr-tables.ts';
import type { MetricCustomerRecord, RevenueFactRecord } from '../records/revenue-tables.ts';
import { changedDays, type CountedDays } from './changed-days.ts';
import type { Changed, ChangedRecord } from './changed-records.ts';
import { Partitions, WHOLE } from './partitions.ts';

/** The records of some persons that a run has written, as far as they differ from those before. */
export interface ChangedMetrics {
  readonly segments: Changed;
  readonly movements: Changed;
  readonly facts: Changed;
  readonly customers: Changed;
}

/** All records of these persons as they are now. */
export interface DecidedMetrics {
  readonly movements: readonly MrrMovementRecord[];
  readonly facts: readonly RevenueFactRecord[];
  readonly customers: readonly MetricCustomerRecord[];
}

/** A person in a scope: `brand\tperson`. */
type ScopedPerson = string;

/**
 * The partitions whose sums these changes concern, by the records as they were and as they are: also those that a record
 * has left.
 *
 * @param asOf the last day of states; what changes after it concerns no sum yet
 */
export function changedPartitions(changed: ChangedMetrics, decided: DecidedMetrics, asOf: LocalDate): Partitions {
  const partitions = new Partitions();
  ofSegments(partitions, changed.segments, asOf);
  ofMovements(partitions, changed.movements);
  ofFacts(partitions, changed.facts);
  ofSales(partitions, changed.facts, decided);
  ofAcquisitions(partitions, changed.customers, decided);
  ofCohorts(partitions, changed, decided);
  ofModels(partitions, changed, modelDay(asOf));
  return partitions;
}

function ofSegments(partitions: Partitions, { before, after }: Changed, asOf: LocalDate): void {
  const brands = new Set([...before, ...after].map((row) => row.text('brand')));
  for (const brand of brands) {
    const own = (rows: readonly ChangedRecord[]): CountedDays[] => rows.filter((row) => row.text('brand') === brand && row.text('state') === 'active').map(countedDays);
    for (const { from, to } of changedDays(own(before), own(after))) {
      if (from > asOf) continue;
      const last = to === null || to > asOf ? asOf : to;
      partitions.addMonths('active', brand, from, last);
    }
  }
}

function countedDays(row: ChangedRecord): CountedDays {
  const as = JSON.stringify([row.text('person_id'), row.orNull('market'), row.orNull('class')]);
  return { as, from: row.text('from_date') as LocalDate, to: row.date('to_date') };
}

function ofMovements(partitions: Partitions, { before, after }: Changed): void {
  const first = new Map<string, string>();
  for (const row of [...before, ...after]) {
    const [brand, date] = [row.text('brand'), row.text('movement_date')];
    if (date < (first.get(brand) ?? '9')) first.set(brand, date);
    if (row.text('kind') === 'new') partitions.add('cohorts', brand, date);
  }
  for (const [brand, date] of first) partitions.add('mrr', brand, date);
}

function ofFacts(partitions: Partitions, { before, after }: Changed): void {
  for (const row of [...before, ...after]) {
    const [brand, date, start] = [row.text('brand'), row.text('fact_date') as LocalDate, row.date('chain_start')];
    partitions.add('revenue', brand, date);
    for (const scope of [brand, GROUP]) addPeriods(partitions, scope, date);
    if (start !== null && (row.orNull('coupon_code') !== null || row.orNull('campaign') !== null)) partitions.add('campaigns', brand, start);
  }
}

/** What lowers a sale later is covered by a cost as its sale is: it changes with it, in the month in which it stands. */
function ofSales(partitions: Partitions, { before, after }: Changed, { facts }: DecidedMetrics): void {
  const sold = new Set([...before, ...after].filter((row) => row.text('kind') === 'sale').map((row) => `${row.text('brand')}\t${row.orNull('line_id') ?? ''}`));
  if (sold.size === 0) return;
  for (const { brand, kind, line_id: line, fact_date: date } of facts) if (kind !== 'sale' && sold.has(`${brand}\t${line ?? ''}`)) partitions.add('goods', brand, date);
}

/** Who was acquired on another day is new, and existing, in other periods: on every day of purchases. */
function ofAcquisitions(partitions: Partitions, { before, after }: Changed, { facts }: DecidedMetrics): void {
  const [was, is] = [acquisitions(before), acquisitions(after)];
  const moved = new Set([...was.keys(), ...is.keys()].filter((key) => was.get(key) !== is.get(key)));
  if (moved.size === 0) return;
  for (const { brand, person_id: personId, fact_date: date } of facts) {
    for (const scope of [brand, GROUP]) if (moved.has(scoped(scope, personId))) addPeriods(partitions, scope, date as LocalDate);
  }
}

function acquisitions(rows: readonly ChangedRecord[]): Map<ScopedPerson, string | null> {
  return new Map(rows.map((row) => [scoped(row.text('brand'), row.text('person_id')), row.orNull('acquired_on')]));
}

/** The cohorts of everybody of whom anything changed that cohorts sum up, as it was and as it is. */
function ofCohorts(partitions: Partitions, { movements, facts, customers }: ChangedMetrics, decided: DecidedMetrics): void {
  const rows = (changes: Changed): readonly ChangedRecord[] => [...changes.before, ...changes.after];
  const ofCustomers = new Set(rows(customers).map((row) => scoped(row.text('brand'), row.text('person_id'))));
  const buyers = new Set([...ofCustomers, ...rows(facts).flatMap((row) => [row.text('brand'), GROUP].map((scope) => scoped(scope, row.text('person_id'))))]);
  const subscribers = new Set([...ofCustomers, ...rows(movements).map((row) => scoped(row.text('brand'), row.text('person_id')))]);
  for (const row of customers.before) if (row.orNull('acquired_on') !== null) partitions.add('cohorts', row.text('brand'), row.text('acquired_on'));
  for (const { brand, person_id: personId, acquired_on: date } of decided.customers) {
    if (date !== null && buyers.has(scoped(brand, personId))) partitions.add('cohorts', brand, date);
  }
  for (const { brand, person_id: personId, kind, movement_date: date } of decided.movements) {
    if (kind === 'new' && subscribers.has(scoped(brand, personId))) partitions.add('cohorts', brand, date);
  }
}

/** The models of brands of whom anything changed up to the day that models know; what is later, they take up in their time. */
function ofModels(partitions: Partitions, { movements, facts }: ChangedMetrics, day: LocalDate): void {
  for (const [changed, date] of [[movements, 'movement_date'], [facts, 'fact_date']] as const) {
    for (const row of [...changed.before, ...changed.after]) {
      if (row.text(date) <= day && row.text('brand') !== GROUP) partitions.add('models', row.text('brand'), WHOLE);
    }
  }
}

/** A day is in a month, and in a week that may have begun in the month before. */
function addPeriods(partitions: Partitions, scope: string, date: LocalDate): void {
  for (const grain of ['month', 'week'] as const) partitions.add('customers', scope, periodOf(grain, date));
}

function scoped(scope: string, personId: string): ScopedPerson {
  return `${scope}\t${personId}`;
}

/** Persons who had a fact before and are not among those that were decided: it was taken over from them. */
export function formerOwners({ facts }: ChangedMetrics, decided: ReadonlySet<string>): string[] {
  const owners = [...groupBy(facts.before, (row) => row.text('person_id')).keys()];
  return owners.filter((personId) => !decided.has(personId)).sort();
}
