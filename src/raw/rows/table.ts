import type { ColumnType } from '../../db/dialect.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { Column, Entity, Kind } from '../../sources/contract/contract.ts';

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

const SYSTEM_TYPES = {
  extra: 'json',
  row_hash: 'hash!',
  deleted_at: 'instant',
  lake_batch: 'key!',
  lake_row: 'integer!',
  change_no: 'integer!',
} as const;

type SystemColumn = keyof typeof SYSTEM_TYPES;

/** Columns that hub adds to each raw row, after those of the contract. */
export function systemColumns(entity: Entity): readonly SystemColumn[] {
  const names = Object.keys(SYSTEM_TYPES) as SystemColumn[];
  return entity.keeping.deletes ? names : names.filter((name) => name !== 'deleted_at');
}

/** The columns of the contract that the raw table has: all but Deleted, which becomes `deleted_at`, and what is only hashed. */
export function storedColumns(entity: Entity): readonly Column[] {
  const key = entity.keyOf === undefined ? [] : [MADE_KEY];
  return [...key, ...entity.columns.filter((column) => column.sql !== 'deleted' && column.stored !== false), ...entity.derived];
}

/** The column of a key that the export does not have. */
const MADE_KEY: Column = { name: 'source_id', sql: 'source_id', kind: 'id', required: false, personal: false };

/** The raw table of an entity: key (brand, source_id), the contract's columns, and hub's own. */
export function rawTable(entity: Entity): TableSpec {
  const columns: Record<string, ColumnType | `${ColumnType}!`> = { brand: 'key!', source_id: 'key!' };
  for (const column of storedColumns(entity)) {
    if (column.sql !== 'source_id') columns[column.sql] = TYPES[column.kind];
  }
  for (const column of systemColumns(entity)) columns[column] = SYSTEM_TYPES[column];
  return {
    name: entity.table,
    columns,
    primaryKey: ['brand', 'source_id'],
    indexes: entity.indexes,
  };
}
