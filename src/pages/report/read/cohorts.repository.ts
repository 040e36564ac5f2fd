import type { Transaction } from '../../../db/database.ts';

/** A complete cell of a cohort: its members, and their amount in minor units or their number at that age in months. */
export interface CohortCell {
  readonly scope: string;
  readonly value: string;
  readonly cohort: string;
  readonly currency: string;
  readonly age: number;
  readonly members: number;
  readonly amount: number;
}

type CohortMeasure = 'ltv' | 'purchases' | 'logo' | 'mrr';
export type CohortDimension = 'all' | 'channel' | 'first_sku' | 'first_class' | 'market';

/** The cells of a measure and dimension, by scope, currency, value, cohort (`2026-03`) and age. */
export async function readCohorts(tx: Transaction, scopes: readonly string[], measure: CohortMeasure, dimension: CohortDimension): Promise<CohortCell[]> {
  const rows = (await tx('metric_cohorts')
    .select('brand', 'value', 'cohort', 'currency', 'age', 'members', 'amount', 'count')
    .whereIn('brand', scopes)
    .where({ measure, dimension })
    .orderBy(['brand', 'currency', 'value', 'cohort', 'age'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    scope: String(row['brand']),
    value: String(row['value'] ?? ''),
    cohort: String(row['cohort']).slice(0, 7),
    currency: String(row['currency']),
    age: Number(row['age']),
    members: Number(row['members']),
    amount: Number(row['amount'] ?? row['count']),
  }));
}
