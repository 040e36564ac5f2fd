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
  return cells.flatMap(({ dimension, value, currency, members, otherCurrency, amounts, counts }) => {
    const common = { brand, cohort, dimension, value, currency, members };
    const other = measures.amounts === 'ltv' ? otherCurrency : null;
    return amounts.flatMap((amount, age): CohortRecord[] => [
      metricCohorts.rowOf({ ...common, measure: measures.amounts, age, other_currency: other, amount, count: null }),
      metricCohorts.rowOf({ ...common, measure: measures.counts, age, other_currency: null, amount: null, count: counts[age] ?? 0 }),
    ]);
  });
}
