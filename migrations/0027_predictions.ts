import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The tables of predicted lifetime value as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'customer_predictions',
    columns: {
      brand: 'key!', person_id: 'key!', currency: 'currency!', model: 'key!', alive: 'decimal', expected_purchases: 'decimal',
      expected_periods: 'decimal', expected_value: 'integer', horizon: 'integer!', model_id: 'key!', checksum: 'hash!',
      created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'person_id', 'currency', 'model'],
    indexes: [['person_id']],
  },
  {
    name: 'metric_models',
    columns: {
      brand: 'key!', model: 'key!', segment: 'key!', currency: 'key!', model_id: 'key!', parameters: 'json', customers: 'integer!',
      log_likelihood: 'decimal', holdout_predicted: 'decimal', holdout_actual: 'integer', error: 'decimal', refused: 'key',
      checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'model', 'segment', 'currency'],
  },
];

/** What customers are expected to bring, and how far the models can be trusted (metrics, "Predicted LTV"). */
export const predictions: Migration = {
  name: '0027_predictions',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
