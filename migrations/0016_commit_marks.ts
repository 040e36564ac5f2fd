import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const marks: TableSpec = {
  name: 'commit_marks',
  columns: { run_id: 'key!', mark: 'hash!' },
  primaryKey: ['run_id', 'mark'],
};

/** Which transactions of a run that is under way were committed: asked when the answer to a commit was lost. */
export const commitMarks: Migration = {
  name: '0016_commit_marks',
  async up(kit) {
    await createTable(kit, marks);
  },
  async down(kit) {
    await dropTable(kit, marks.name);
  },
};
