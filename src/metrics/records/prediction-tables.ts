import type { TableSpec } from '../../db/schema.ts';
import { recordTable, specOf, type RecordIn } from '../../engine/records/record-table.ts';

/**
 * What each customer is expected to bring from the day of the model on (metrics, "Predicted LTV"): `horizon` in months,
 * `expected_value` in minor units; purchases of buyers, periods of contracts.
 */
export const customerPredictions = recordTable({
  name: 'customer_predictions',
  auditName: 'metric.customer_predictions',
  keys: ['person_id', 'currency', 'model'],
  idColumn: 'person_id',
  columns: {
    brand: 'key!',
    person_id: 'key!',
    currency: 'currency!',
    model: 'key!',
    alive: 'decimal',
    expected_purchases: 'decimal',
    expected_periods: 'decimal',
    expected_value: 'integer',
    horizon: 'integer!',
    model_id: 'key!',
  },
  indexes: [['person_id']],
});

/**
 * The models with how they did on the time held out, or why they were refused. The segment of contracts is the months of
 * their period, `other` those of another period than models are made for; `*` stands for all segments, and for all
 * currencies. `as_of` is the last day that the model knows, `observed_from` the first.
 */
export const metricModels = recordTable({
  name: 'metric_models',
  auditName: 'metric.metric_models',
  keys: ['model', 'segment', 'currency'],
  idColumn: 'model_id',
  columns: {
    brand: 'key!',
    model: 'key!',
    segment: 'key!',
    currency: 'key!',
    model_id: 'key!',
    as_of: 'date',
    observed_from: 'date',
    parameters: 'json',
    customers: 'integer!',
    log_likelihood: 'decimal',
    holdout_predicted: 'decimal',
    holdout_actual: 'integer',
    error: 'decimal',
    refused: 'key',
  },
});

export type CustomerPredictionRecord = RecordIn<typeof customerPredictions>;
export type ModelRecord = RecordIn<typeof metricModels>;

/** The tables of predictions. */
export const predictionTables: readonly TableSpec[] = [specOf(customerPredictions), specOf(metricModels)];
