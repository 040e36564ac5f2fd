import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The tables of work under way of build-metrics as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'metric_queue',
    columns: { run_id: 'key!', leader: 'key!', person_id: 'key!' },
    primaryKey: ['run_id', 'leader', 'person_id'],
  },
  {
    name: 'metric_partitions',
    columns: { kind: 'key!', brand: 'key!', period: 'key!' },
    primaryKey: ['kind', 'brand', 'period'],
  },
];

/** Whom a run of build-metrics takes up, and which sums over persons are no longer what they should be. */
export const metricWork: Migration = {
  name: '0029_metric_work',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const { name } of [...tables].reverse()) await dropTable(kit, name);
  },
};
