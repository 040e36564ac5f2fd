import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';
import { enrichedTables } from './0003_enriched_tables.ts';

const work: readonly TableSpec[] = [
  // How far a stage has come: the change number, date and version up to which everything of a brand is done.
  {
    name: 'stage_marks',
    columns: { stage: 'key!', brand: 'key!', shard: 'key!', mark: 'integer!', as_of: 'date!', version: 'key!', run_id: 'key!' },
    primaryKey: ['stage', 'brand', 'shard'],
  },
  // Whose records changed, by the change number of the run: what the stages after this one take up.
  {
    name: 'enriched_changes',
    columns: { change_no: 'integer!', person_id: 'key!' },
    primaryKey: ['change_no', 'person_id'],
  },
  // The accounts that a run takes up.
  {
    name: 'enrich_queue',
    columns: { run_id: 'key!', brand: 'key!', account_id: 'key!', person_id: 'key' },
    primaryKey: ['run_id', 'brand', 'account_id'],
    indexes: [['run_id', 'person_id']],
  },
  // Their persons, in the order in which they are taken up.
  { name: 'enrich_persons', columns: { run_id: 'key!', leader: 'key!', person_id: 'key!' }, primaryKey: ['run_id', 'leader', 'person_id'] },
  // The accounts of raw rows without AccountId, found through their parents.
  {
    name: 'enrich_owners',
    columns: { brand: 'key!', entity: 'key!', source_id: 'key!', account_id: 'key!' },
    primaryKey: ['brand', 'entity', 'source_id'],
    indexes: [['brand', 'account_id']],
  },
  // Accounts whose records depend on another account too: a shared chain, or an invoice owner.
  {
    name: 'enrich_neighbours',
    columns: { brand: 'key!', account_id: 'key!', depends_on: 'key!' },
    primaryKey: ['brand', 'account_id', 'depends_on'],
    indexes: [['brand', 'depends_on']],
  },
];

export const enriched: Migration = {
  name: '0003_enriched',
  async up(kit) {
    for (const table of [...work, ...enrichedTables]) await createTable(kit, table);
  },
  async down(kit) {
    for (const table of [...work, ...enrichedTables].reverse()) await dropTable(kit, table.name);
  },
};
