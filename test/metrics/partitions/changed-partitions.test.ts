import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { RecordTable } from '../../../src/engine/records/record-table.ts';
import { changedPartitions, formerOwners, type ChangedMetrics, type DecidedMetrics } from '../../../src/metrics/partitions/changed-partitions.ts';
import { changedRecords, NOTHING, type Changed } from '../../../src/metrics/partitions/changed-records.ts';
import { mrrMovements, subscriptionMrr } from '../../../src/metrics/records/mrr-tables.ts';
import { metricCustomers, revenueFacts } from '../../../src/metrics/records/revenue-tables.ts';

type Row = Readonly<Record<string, string | null>>;
const AS_OF = '2026-04-01' as LocalDate;
const NONE: ChangedMetrics = { segments: NOTHING, movements: NOTHING, facts: NOTHING, customers: NOTHING };
const NOBODY: DecidedMetrics = { movements: [], facts: [], customers: [] };

const changed = (table: unknown, before: readonly Row[], after: readonly Row[]): Changed => {
  const declared = table as RecordTable;
  const values = (row: Row): (string | null)[] => Object.keys(declared.columns).map((column) => row[column] ?? null);
  return changedRecords(declared, { before: before.map(values), after: after.map(values) });
};
const keys = (changes: Partial<ChangedMetrics>, decided: Partial<DecidedMetrics> = {}): string[] =>
  changedPartitions({ ...NONE, ...changes }, { ...NOBODY, ...decided }, AS_OF).list.map(({ kind, brand, period }) => `${kind} ${brand} ${period}`);

describe('the partitions of changes', () => {
  test('are none of nothing', () => {
    expect(keys({})).toEqual([]);
  });

  test('of a segment are the months in which other subscriptions are active, up to the day of the run', () => {
    const segment = { brand: 'a', person_id: 'p', state: 'active', from_date: '2025-01-01' };
    const cut = { ...segment, to_date: '2026-02-10' };
    const found = ['active a 2026-02', 'active a 2026-03', 'active a 2026-04'];
    expect(keys({ segments: changed(subscriptionMrr, [segment], [cut]) })).toEqual(found);
    expect(keys({ segments: changed(subscriptionMrr, [], [{ ...segment, from_date: '2026-05-01' }]) })).toEqual([]);
    expect(keys({ segments: changed(subscriptionMrr, [{ ...segment, mrr: '100' }], [{ ...segment, mrr: '200' }]) })).toEqual([]);
  });

  test('of a movement begin with its month; one that begins a life is in a cohort too', () => {
    const movement = { brand: 'a', person_id: 'p', movement_date: '2025-03-05', kind: 'new' };
    expect(keys({ movements: changed(mrrMovements, [movement], [{ ...movement, movement_date: '2025-02-27' }]) })).toEqual(['cohorts a 2025-02', 'cohorts a 2025-03', 'marketing a 2025-02', 'marketing a 2025-03', 'models a *', 'mrr a 2025-02']);
  });

  test('of a fact are those that it was in and is in: month, week, cohort of the customer, campaign of its chain', () => {
    const fact = { brand: 'a', person_id: 'p', fact_date: '2025-05-01', chain_start: '2024-11-03', coupon_code: 'tea' };
    const customers = [{ brand: 'a', person_id: 'p', acquired_on: '2024-11-03' }, { brand: '*', person_id: 'p', acquired_on: '2024-10-01' }, { brand: 'b', person_id: 'p', acquired_on: '2024-10-01' }];
    expect(keys({ facts: changed(revenueFacts, [fact], []) }, { customers: customers as never })).toEqual([
      ...['campaigns a 2024-11', 'cohorts * 2024-10', 'cohorts a 2024-11'],
      // 1 May 2025 is a Thursday: its week began in April.
      ...['customers * 2025-04', 'customers * 2025-05', 'customers a 2025-04', 'customers a 2025-05'],
      ...['goods a 2025-05', 'marketing * 2024-10', 'marketing a 2024-11', 'models a *', 'revenue a 2025-05'],
    ]);
  });

  test('of a sale are also the months of what lowers it later, as that is covered by a cost as the sale is', () => {
    const sale = { brand: 'a', person_id: 'p', fact_date: '2025-05-01', kind: 'sale', line_id: 'l1' };
    const facts = [{ brand: 'a', person_id: 'p', kind: 'refund', line_id: 'l1', fact_date: '2025-07-09' }, { brand: 'a', person_id: 'p', kind: 'refund', line_id: 'l2', fact_date: '2025-09-09' }] as never;
    expect(keys({ facts: changed(revenueFacts, [sale], [{ ...sale, amount: '5' }]) }, { facts }).filter((key) => key.startsWith('goods'))).toEqual(['goods a 2025-05', 'goods a 2025-07']);
  });

  test('are models of the brand for what happened up to the end of the last whole month', () => {
    const movement = { brand: 'a', person_id: 'p', movement_date: '2026-03-31', kind: 'expansion' };
    const isModelled = (row: Row): boolean => keys({ movements: changed(mrrMovements, [], [row]) }).includes('models a *');
    expect(isModelled(movement)).toBe(true);
    expect(isModelled({ ...movement, movement_date: '2026-04-01' })).toBe(false);
    expect(keys({ movements: changed(mrrMovements, [], [{ ...movement, brand: '*' }]) })).toEqual(['mrr * 2026-03']);
  });

  test('of another acquisition are the cohorts before and after, and every period in which the customer bought', () => {
    const customer = { brand: 'a', person_id: 'p', acquired_on: '2025-03-10' };
    const facts = [{ brand: 'a', person_id: 'p', fact_date: '2025-08-13' }, { brand: 'b', person_id: 'p', fact_date: '2025-09-10' }] as never;
    const customers = changed(metricCustomers, [customer], [{ ...customer, acquired_on: '2025-02-10' }]);
    const decided = { facts, customers: [{ ...customer, acquired_on: '2025-02-10' }] as never };
    expect(keys({ customers }, decided)).toEqual(['cohorts a 2025-02', 'cohorts a 2025-03', 'customers a 2025-08', 'marketing a 2025-02', 'marketing a 2025-03']);
    const renamed = changed(metricCustomers, [customer], [{ ...customer, first_sku: 'TEA' }]);
    expect(keys({ customers: renamed }, { facts, customers: [customer] as never })).toEqual(['cohorts a 2025-03', 'marketing a 2025-03']);
  });

  test('name those who lost a fact to somebody else', () => {
    const facts = changed(revenueFacts, [{ person_id: 'other' }, { person_id: 'p' }], [{ person_id: 'p' }]);
    expect(formerOwners({ ...NONE, facts }, new Set(['p']))).toEqual(['other']);
  });
});
