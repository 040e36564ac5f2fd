import { metricCohorts, type CohortRecord } from '../records/aggregate-tables.ts';
import type { CohortCells } from './cohort-cells.ts';

/** The measures that the cells of a cohort hold. */
export interface CohortMeasures {
  readonly amounts: 'ltv' | 'mrr';
  readonly counts: 'purchases' | 'logo';
}

export const BUYER_MEASURES: CohortMeasures = { amounts: 'ltv', counts: 'purchases' };
export const SUBSCRIBER_MEASURES: CohortMeasures = { amounts: 'mrr', counts: 'logo' };

/** The rows of a cohort: two for each complete age of each group of members. A month without a complete age has none. */
export function cohortRecords(brand: string, cohort: string, cells: readonly CohortCells[], measures: CohortMeasures): CohortRecord[] {
  const records: CohortRecord[] = [];
  for (const own of cells) {
    const other = measures.amounts === 'ltv' ? own.otherCurrency : null;
    for (let age = 0; age < own.amounts.length; age++) {
      records.push(cellRecord(brand, cohort, own, { measure: measures.amounts, age, other, amount: own.amounts[age] ?? 0, count: null }));
      records.push(cellRecord(brand, cohort, own, { measure: measures.counts, age, other: null, amount: null, count: own.counts[age] ?? 0 }));
    }
  }
  return records;
}

/** One literal: of these there are the most rows of all. */
function cellRecord(
  brand: string,
  cohort: string,
  { dimension, value, currency, members }: CohortCells,
  { measure, age, other, amount, count }: { measure: string; age: number; other: number | null; amount: number | null; count: number | null },
): CohortRecord {
  const rowId = metricCohorts.rowIdOf(brand, cohort, measure, dimension, value, currency, age);
  return { brand, cohort, measure, dimension, value, currency, age, members, other_currency: other, amount, count, row_id: rowId };
}
