import type { Migration } from '../src/db/migrator.ts';
import { ensureTable, type TableSpec } from '../src/db/schema.ts';

const added: TableSpec = {
  name: 'job_runs',
  // What the run had to tell, as data; null for runs of before, which have texts only.
  columns: { problems: 'json' },
  primaryKey: ['run_id'],
};

/** The problems of a run: its warnings with code, place and next step. */
export const runProblems: Migration = {
  name: '0024_run_problems',
  async up(kit) {
    await ensureTable(kit, added);
  },
  async down(kit) {
    const present = await kit.dialect.columnsOf(kit.knex, added.name);
    if (present.includes('problems')) await kit.knex.raw('alter table ?? drop column ??', [added.name, 'problems']);
  },
};
