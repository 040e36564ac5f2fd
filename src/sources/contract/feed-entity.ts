import { column, snakeCase, type Column, type ColumnSpec, type Entity } from './contract.ts';
import { newest, type Keeping } from './keeping.ts';

/** What tells an entity of the feeds `ads` and `inventory` from the others. */
interface FeedEntity {
  readonly feed: 'ads' | 'inventory';
  readonly name: string;
  readonly table: string;
  readonly description: string;
  /** The columns of the export in their order. */
  readonly fields: Readonly<Record<string, ColumnSpec>>;
  /** Those of which the key is made, in their order (§ in the specification). */
  readonly key: readonly string[];
  /** `newest` if nothing is said. */
  readonly keeping?: Keeping;
  /** By names of the table. */
  readonly indexes?: readonly (readonly string[])[];
}

/**
 * Builds an entity whose key is made of several columns (metrics specification, "Feeds `ads` and `inventory`"): adds the key,
 * Deleted and UpdatedDate, which all of them may have.
 */
export function feedEntity({ feed, name, table, description, fields, key, keeping = newest, indexes = [] }: FeedEntity): Entity {
  const keys = new Set(key);
  const named = (header: string, spec: ColumnSpec): Column => ({ name: header, sql: snakeCase(header), ...spec, ...(spec.required && keys.has(header) ? { key: true } : {}) });
  const isRestated = keeping.slice !== undefined;
  return {
    name,
    feed,
    keeping,
    table,
    description,
    columns: [
      ...Object.entries(fields).map(([header, spec]) => named(header, spec)),
      named('Deleted', column('boolean', { note: 'The row then needs only its key.' })),
      named('UpdatedDate', column('instant', { note: isRestated ? 'Of several rows of a batch with one key the newest counts.' : 'The newest row of a key wins.' })),
    ],
    keyOf: key.map(snakeCase),
    derived: isRestated ? [SLICE_ID] : [],
    indexes: [...(isRestated ? [['brand', 'slice_id']] : []), ...indexes],
    owners: [],
  };
}

/** The column by which the rows of a slice are found. */
const SLICE_ID: Column = { name: 'slice_id', sql: 'slice_id', ...column('id', { note: 'The account and the day that a batch states whole (source_days).' }) };
