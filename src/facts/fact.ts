import { decodeRow } from '../core/text/row-text.ts';
import type { Entity } from '../sources/contract/contract.ts';
import { storedColumns } from '../raw/rows/table.ts';
import type { StoredRow } from '../raw/store/raw-target.ts';

/** Canonical values of a raw row by column. */
export type Values = Readonly<Record<string, string | null | undefined>>;

/** A fact by the columns of its table, without those that hub fills. */
export type Fact = Readonly<Record<string, string | number | null>>;

/** The values of the stored columns of an entity by their names. */
export function valuesOf(entity: Entity, row: StoredRow): Values {
  return Object.fromEntries(storedColumns(entity).map(({ sql }, index) => [sql, row[index] ?? null]));
}

/** The same of the text of a row. */
export function valuesOfText(entity: Entity, text: string): Values {
  return valuesOf(entity, decodeRow(text));
}
