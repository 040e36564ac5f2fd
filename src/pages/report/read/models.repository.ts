import type { Transaction } from '../../../db/database.ts';

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
}

export async function readModels(tx: Transaction, brands: readonly string[]): Promise<ModelRow[]> {
  const rows = (await tx('metric_models')
    .select('brand', 'model', 'segment', 'currency', 'customers', 'holdout_predicted', 'holdout_actual', 'error', 'refused')
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
    refused: row['refused'] === null ? null : String(row['refused']),
  }));
}

/** The predicted value of the customers of a brand by one model, in minor units; of nobody in particular. */
interface PredictedValue {
  readonly scope: string;
  readonly currency: string;
  readonly model: string;
  readonly customers: number;
  readonly value: number;
}

export async function readPredictedValues(tx: Transaction, brands: readonly string[]): Promise<PredictedValue[]> {
  const rows = (await tx('customer_predictions')
    .select('brand', 'currency', 'model')
    .count({ customers: '*' })
    .sum({ value: 'expected_value' })
    .whereIn('brand', brands)
    .whereNotNull('expected_value')
    .groupBy('brand', 'currency', 'model')
    .orderBy(['brand', 'currency', 'model'])) as Record<string, unknown>[];
  return rows.map((row) => ({
    scope: String(row['brand']),
    currency: String(row['currency']),
    model: String(row['model']),
    customers: Number(row['customers']),
    value: Number(row['value']),
  }));
}

function numberOf(value: string | number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}
