import { ensureTable, missingColumns, type SchemaKit } from '../../db/schema.ts';
import { entities } from '../../sources/index.ts';
import { rawTable } from '../rows/table.ts';

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
