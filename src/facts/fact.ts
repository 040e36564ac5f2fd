import { decodeRow } from '../core/text/row-text.ts';
import type { Entity } from '../sources/contract/contract.ts';
import { storedColumns } from '../raw/rows/table.ts';
import type { RawTarget, StoredRow } from '../raw/store/raw-target.ts';

/** Canonical values of a raw row by column. */
export type Values = Readonly<Record<string, string | null | undefined>>;

/** A fact by the columns of its table, without those that hub fills. */
export type Fact = Readonly<Record<string, string | number | null>>;

/** A fact with the batch of the raw row that tells it. */
export interface BatchFact {
  readonly fact: Fact;
  readonly batch: string;
}

/** Where facts are written: the entity tells who says them. */
export type FactTarget = Pick<RawTarget, 'database' | 'tx' | 'brand' | 'entity' | 'changeNo'>;

const columnNames = new WeakMap<Entity, readonly string[]>();

/** The values of the stored columns of an entity by their names. One by one: `Object.fromEntries` makes hash tables of so many names. */
export function valuesOf(entity: Entity, row: StoredRow): Values {
  let names = columnNames.get(entity);
  if (names === undefined) columnNames.set(entity, (names = storedColumns(entity).map(({ sql }) => sql)));
  const values: Record<string, string | null> = {};
  for (let index = 0; index < names.length; index++) values[names[index] as string] = row[index] ?? null;
  return values;
}

/** The same of the text of a row. */
export function valuesOfText(entity: Entity, text: string): Values {
  return valuesOf(entity, decodeRow(text));
}
