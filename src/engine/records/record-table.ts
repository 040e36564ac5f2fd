import type { ColumnType } from '../../db/dialect.ts';
import type { TableSpec } from '../../db/schema.ts';

export type Columns = Readonly<Record<string, ColumnType | `${ColumnType}!`>>;

/** A value of a record. Amounts are integers in the minor unit of the row's currency. */
export type Cell = string | number | boolean | null;

/**
 * A table whose records are derived: each run brings them to the state that the facts of the stage before demand.
 *
 * A stage declares a table once, as data, and has everything else from here: `specOf` is the table for its migration and
 * for test/db/specs.test.ts, `applyRecords` (records.repository.ts) compares, writes, audits and counts, `RecordIn` is the
 * type of what a decider returns. In short: `name`, `auditName`, `keys`, `idColumn`, `columns`, `conventions`.
 */
export interface RecordTable<Content extends Columns = Columns> {
  readonly name: string;
  /** The name of a record in the audit log, stage and record type: `order.item`. */
  readonly auditName: string | AuditNameByColumn;
  /** The primary key after the brand (or whole, if the table has no brand). The first column is that of the scope. */
  readonly keys: readonly string[];
  /** The key column by which people look a record up; its value is the entity_id of the audit log. */
  readonly idColumn: string;
  /** A column whose values, before and after, are told of each record that changes: the person of an account. */
  readonly ownerColumn?: string;
  /** The columns of the record, in the order in which its checksum is made. A table with a brand has the column `brand`. */
  readonly columns: Content;
  /** The columns that hub fills itself, after those of the record and in this order. */
  readonly conventions: readonly Convention[];
  readonly indexes?: readonly (readonly string[])[];
}

/** The audit name of records of several types in one table: that of the stage, a point, and the value of the column. */
export interface AuditNameByColumn {
  readonly stage: string;
  readonly column: string;
}

/** `updated_at`, `enriched_at` and `rules_version` are those of a record's last change; `created_run` is its first run. */
const CONVENTIONS = {
  checksum: 'hash!',
  rules_version: 'hash!',
  created_run: 'key!',
  enriched_at: 'instant!',
  updated_at: 'instant!',
  change_no: 'integer!',
} as const;

/** A column that hub adds to each record. */
export type Convention = keyof typeof CONVENTIONS;

/** The conventions of a table that no rules decide. */
export const recordConventions = ['checksum', 'created_run', 'updated_at', 'change_no'] as const satisfies readonly Convention[];

/** Declares a table by `recordConventions`, with the types of its columns. */
export function recordTable<Content extends Columns>(declared: Omit<RecordTable<Content>, 'conventions'>): RecordTable<Content> {
  return { ...declared, conventions: recordConventions };
}

/** The type of a column's values: text unless it is a number or a yes/no; null unless the column forbids it. Decimals are text. */
export type ValueOf<Type> = Type extends `${infer Base}!` ? BaseOf<Base> : Type extends string ? BaseOf<Type> | null : never;
type BaseOf<Base extends string> = Base extends 'integer' ? number : Base extends 'boolean' ? boolean : string;

/** A record of a table by its columns. */
export type RecordIn<Table> = Table extends RecordTable<infer Content> ? { readonly [Name in keyof Content]: ValueOf<Content[Name]> } : never;

/** The table in the database. */
export function specOf(table: RecordTable): TableSpec {
  return {
    name: table.name,
    columns: { ...table.columns, ...Object.fromEntries(table.conventions.map((name) => [name, CONVENTIONS[name]])) },
    primaryKey: hasBrand(table) ? ['brand', ...table.keys] : table.keys,
    indexes: table.indexes ?? [],
  };
}

/** The name in the audit log of a record with these values. */
export function auditNameOf({ auditName }: RecordTable, state: Readonly<Record<string, unknown>>): string {
  return typeof auditName === 'string' ? auditName : `${auditName.stage}.${String(state[auditName.column])}`;
}

function hasBrand({ columns }: RecordTable): boolean {
  return 'brand' in columns;
}
