import type { TableSpec } from '../../db/schema.ts';

/** The queue of runs and the list of sums to be made anew. */
export const metricWorkTables: readonly TableSpec[] = [
  { name: 'metric_queue', columns: { run_id: 'key!', leader: 'key!', person_id: 'key!' }, primaryKey: ['run_id', 'leader', 'person_id'] },
  { name: 'metric_partitions', columns: { kind: 'key!', brand: 'key!', period: 'key!' }, primaryKey: ['kind', 'brand', 'period'] },
];
