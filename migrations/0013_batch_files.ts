import type { Migration } from '../src/db/migrator.ts';
import { ensureTable } from '../src/db/schema.ts';

const TABLE = 'import_batches';
const COLUMN = 'fingerprint';

/**
 * What the files of a batch were when it was read, so that a later change of them is seen. Batches of before have none: they
 * are taken as they lie there at the next import.
 */
export const batchFiles: Migration = {
  name: '0013_batch_files',
  async up(kit) {
    await ensureTable(kit, { name: TABLE, columns: { [COLUMN]: 'hash' }, primaryKey: [] });
  },
  async down(kit) {
    if ((await kit.dialect.columnsOf(kit.knex, TABLE)).includes(COLUMN)) await kit.knex.raw('alter table ?? drop column ??', [TABLE, COLUMN]);
  },
};
