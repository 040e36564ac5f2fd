import type { ColumnType } from '../db/dialect.ts';
import type { TableSpec } from '../db/schema.ts';
import type { Column, Entity, Kind } from './contract.ts';

const TYPES: Record<Kind, ColumnType> = {
  id: 'key',
  text: 'text',
  enum: 'text',
  date: 'date',
  instant: 'instant',
  decimal: 'decimal',
  integer: 'integer',
  boolean: 'boolean',
  currency: 'currency',
};

/** Columns that hub adds to each raw row, after those of the contract. */
export const systemColumns = ['extra', 'row_hash', 'deleted_at', 'lake_batch', 'lake_row', 'change_no'] as const;

/** The contract columns that the raw table has: all but Deleted, which becomes `deleted_at`. */
export function storedColumns(entity: Entity): readonly Column[] {
  return entity.columns.filter((column) => column.sql !== 'deleted');
}

/** The raw table of an entity: key (brand, source_id), the contract's columns, and hub's own. */
export function rawTable(entity: Entity): TableSpec {
  const columns: Record<string, ColumnType | `${ColumnType}!`> = { brand: 'key!', source_id: 'key!' };
  for (const column of storedColumns(entity)) {
    if (column.sql !== 'source_id') columns[column.sql] = TYPES[column.kind];
  }
  return {
    name: entity.table,
    columns: {
      ...columns,
      extra: 'json',
      row_hash: 'hash!',
      deleted_at: 'instant',
      lake_batch: 'key!',
      lake_row: 'integer!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
    indexes: entity.indexes,
  };
}
