import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, ensureTable, missingColumns, type SchemaKit, type TableSpec } from '../src/db/schema.ts';
import { billingEntities, entities } from '../src/raw/entities/index.ts';
import { rawTable } from '../src/raw/table.ts';

/** Whose facts changed, by the change number of the run: what later stages take up from their own mark. */
const changes: TableSpec = {
  name: 'raw_changes',
  columns: { brand: 'key!', change_no: 'integer!', source: 'key!', entity: 'key!', entity_id: 'key!' },
  // The source, the entity of the row that changed, comes before the owner: two feeds never write the same key.
  primaryKey: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
};

/** The raw tables follow from the contracts; see ensureRawTables for what comes after. */
export const raw: Migration = {
  name: '0002_raw',
  async up(kit) {
    await createTable(kit, changes);
    for (const entity of billingEntities) await createTable(kit, rawTable(entity));
  },
  async down(kit) {
    for (const entity of billingEntities) await dropTable(kit, entity.table);
    await dropTable(kit, changes.name);
  },
};

/**
 * The repeatable part of every migration: a contract that is new or has new columns gets its table or columns.
 * So adding an entity, or a column to one, needs no migration of its own.
 */
export async function ensureRawTables(kit: SchemaKit): Promise<void> {
  for (const entity of entities) await ensureTable(kit, rawTable(entity));
}

/** What the repeatable part would add: `table` or `table.column`. */
export async function missingRawColumns(kit: SchemaKit): Promise<string[]> {
  const missing: string[] = [];
  for (const entity of entities) {
    const present = await kit.dialect.columnsOf(kit.knex, entity.table);
    if (present.length === 0) missing.push(entity.table);
    else missing.push(...missingColumns(rawTable(entity), present).map((column) => `${entity.table}.${column}`));
  }
  return missing;
}
