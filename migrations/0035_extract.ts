import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

/** The tables of hub extract as they were made first. */
const tables: readonly TableSpec[] = [
  {
    name: 'extract_state',
    columns: {
      platform: 'key!', account: 'key!', stream: 'key!', cursor: 'longtext', extracted_until: 'instant',
      throttled_until: 'instant', swept_at: 'instant', run_id: 'key!', updated_at: 'instant!',
    },
    primaryKey: ['platform', 'account', 'stream'],
  },
  {
    name: 'extract_batches',
    columns: {
      platform: 'key!', account: 'key!', stream: 'key!', batch: 'key!', brand: 'key!', slice: 'text!',
      cursor_before: 'longtext', cursor_after: 'longtext', job_id: 'text', status: 'key!', counts: 'text',
      run_id: 'key!', opened_at: 'instant!', finished_at: 'instant',
    },
    primaryKey: ['platform', 'account', 'stream', 'batch'],
  },
];

/** How far platforms were asked, and the batches that came of it (sources specification, "State and SIGKILL"). */
export const extract: Migration = {
  name: '0035_extract',
  async up(kit) {
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...tables].reverse()) await dropTable(kit, table.name);
  },
};
