import { encodeRow, encodeValue } from '../../core/text/row-text.ts';
import type { Instant } from '../../core/time.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { RawRow } from '../rows/row-parser.ts';
import { storedColumns, systemColumns } from '../rows/table.ts';
import { effectiveInstant } from '../rows/version.ts';

/** The columns of a raw table in the order of rowText. */
export function rowColumns(entity: Entity): string[] {
  return ['brand', ...storedColumns(entity).map((column) => column.sql), ...systemColumns(entity)];
}

/** A raw row as canonical text (core/text/row-text.ts), as it is written to its table. */
export function rowText(entity: Entity, brand: string, row: RawRow, changeNo: number): string {
  const deleted = entity.keeping.deletes ? [deletedAt(row)] : [];
  const system = encodeRow([row.hash, ...deleted, row.batch, String(row.row), String(changeNo)]);
  return `${encodeValue(brand)}\t${row.text}\t${system}`;
}

/** When the record was deleted; null if it was not. */
export function deletedAt(row: RawRow): Instant | null {
  return row.deleted ? effectiveInstant(row) : null;
}
