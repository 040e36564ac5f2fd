import type { Migration } from '../src/db/migrator.ts';
import { ensureTable, type TableSpec } from '../src/db/schema.ts';

const added: readonly TableSpec[] = [
  // After how many months a contract renews, and which lines are bought once: what models are fitted to.
  { name: 'mrr_movements', columns: { renewal_months: 'integer' }, primaryKey: [] },
  { name: 'revenue_facts', columns: { is_one_off: 'boolean' }, primaryKey: [] },
  // The day that a model speaks for, and since when its customers were observed.
  { name: 'metric_models', columns: { as_of: 'date', observed_from: 'date' }, primaryKey: [] },
];

/** What models of lifetime value are fitted to; the next run of build-metrics takes everybody up, as stored rows lack it. */
export const predictionInputs: Migration = {
  name: '0031_prediction_inputs',
  async up(kit) {
    for (const table of added) await ensureTable(kit, table);
    await kit.knex.raw("delete from stage_marks where stage like 'build-metrics%'");
  },
  async down(kit) {
    for (const { name, columns } of added) {
      const present = await kit.dialect.columnsOf(kit.knex, name);
      for (const column of Object.keys(columns)) if (present.includes(column)) await kit.knex.raw('alter table ?? drop column ??', [name, column]);
    }
  },
};
