import type { Transaction } from '../../../db/database.ts';
import { numberOf, textOf } from '../../../db/dialect.ts';

/** A model of a brand and segment, with how it did on the time held out, or why it was refused. */
export interface ModelRow {
  readonly scope: string;
  readonly model: string;
  readonly segment: string;
  readonly currency: string;
  readonly customers: number;
  readonly predicted: number | null;
  readonly actual: number | null;
  readonly error: number | null;
  readonly refused: string | null;
  /** The last day that it knows. */
  readonly asOf: string | null;
}

export async function readModels(tx: Transaction, brands: readonly string[]): Promise<ModelRow[]> {
  const rows = (await tx('metric_models')
    .select('brand', 'model', 'segment', 'currency', 'customers', 'holdout_predicted', 'holdout_actual', 'error', 'refused', 'as_of')
    .whereIn('brand', brands)
    .orderBy(['brand', 'model', 'segment', 'currency'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    scope: String(row['brand']),
    model: String(row['model']),
    segment: String(row['segment']),
    currency: String(row['currency'] ?? ''),
    customers: Number(row['customers']),
    predicted: numberOf(row['holdout_predicted']),
    actual: numberOf(row['holdout_actual']),
    error: numberOf(row['error']),
    refused: textOf(row['refused'] ?? null),
    asOf: textOf(row['as_of'] ?? null),
  }));
}

/** The predicted value of the customers of a model in one currency, in minor units; of nobody in particular. */
export interface PredictedValue {
  readonly scope: string;
  readonly currency: string;
  readonly model: string;
  readonly segment: string;
  readonly customers: number;
  readonly value: number;
  /** Months ahead. */
  readonly horizon: number;
  /** Of the model on the time held out. */
  readonly error: number | null;
  readonly asOf: string | null;
}

export async function readPredictedValues(tx: Transaction, brands: readonly string[]): Promise<PredictedValue[]> {
  const by = ['p.brand', 'p.currency', 'p.model', 'm.segment', 'p.horizon', 'm.error', 'm.as_of'];
  const rows = (await tx('customer_predictions as p')
    .join('metric_models as m', (join) => void join.on('m.brand', 'p.brand').on('m.model', 'p.model').on('m.model_id', 'p.model_id'))
    .select(by)
    .count({ customers: '*' })
    .sum({ value: 'p.expected_value' })
    .whereIn('p.brand', brands)
    .whereNotNull('p.expected_value')
    .whereNull('m.refused')
    .groupBy(by)
    .orderBy(by)) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), currency: String(row['currency']), model: String(row['model']), segment: String(row['segment']) },
    ...{ customers: Number(row['customers']), value: Number(row['value']), horizon: Number(row['horizon']), error: numberOf(row['error']), asOf: textOf(row['as_of'] ?? null) },
  }));
}

/** How many customers of brands had recurring revenue at the end of the day that models know, each currency by itself. */
export async function countPayingCustomers(tx: Transaction, models: readonly ModelRow[]): Promise<number> {
  const days = new Map(models.flatMap(({ scope, asOf }) => (asOf === null ? [] : [[scope, asOf] as const])));
  const counts = [...days].map(async ([brand, day]) => {
    const [row] = await tx('metric_mrr_days').where({ brand, day }).sum<{ customers: number | string | null }[]>({ customers: 'customers' });
    return Number(row?.customers ?? 0);
  });
  return (await Promise.all(counts)).reduce((sum, customers) => sum + customers, 0);
}
