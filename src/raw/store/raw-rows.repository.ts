import type { Database } from '../../db/database.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { rawTable } from '../rows/table.ts';

/** Where a stored row stands. */
export interface RawRowPlace {
  readonly brand: string;
  readonly lake_batch: string;
  readonly lake_row: number;
  readonly change_no: number;
  /** Where the rows have versions. */
  readonly updated_date?: string | null;
  /** Where they can be deleted. */
  readonly deleted_at?: string | null;
}

/** The stored rows with a source id, one per brand at most. */
export async function findRawRows(database: Database, entity: Entity, sourceId: string): Promise<RawRowPlace[]> {
  const { columns } = rawTable(entity);
  const optional = (['updated_date', 'deleted_at'] as const).filter((name) => Object.hasOwn(columns, name));
  return database.read((knex) =>
    knex<RawRowPlace & { source_id: string }>(entity.table)
      .where({ source_id: sourceId })
      .orderBy('brand')
      .select('brand', 'lake_batch', 'lake_row', 'change_no', ...optional),
  );
}

/** How many rows of each brand an entity has: live and deleted. */
export async function countRawRows(
  database: Database,
  entity: Entity,
): Promise<{ readonly brand: string; readonly live: number; readonly deleted: number }[]> {
  const rows = await database.read((knex) => {
    const query = knex(entity.table).groupBy('brand').orderBy('brand').select('brand').count({ total: '*' });
    return entity.keeping.deletes ? query.count({ deleted: 'deleted_at' }) : query.select(knex.raw('0 as deleted'));
  });
  return (rows as { brand: string; total: number; deleted: number }[]).map(({ brand, total, deleted }) => ({
    brand,
    live: total - deleted,
    deleted,
  }));
}
