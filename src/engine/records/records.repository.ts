import { oneSpelling } from '../../core/decimal.ts';
import { checksum } from '../../core/hash.ts';
import type { RunId } from '../../core/ids.ts';
import { decodeRow, encodeRow } from '../../core/text/row-text.ts';
import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { ColumnType, StoredValues } from '../../db/dialect.ts';
import type { TableSpec } from '../../db/schema.ts';
import { deltaBetween, type AuditEntry, type AuditWriter } from './audit.repository.ts';
import { checksumReader, stateOf, valuesReader } from './stored-rows.ts';

type Columns = Readonly<Record<string, ColumnType | `${ColumnType}!`>>;
type Value = string | number | boolean | null;

/** A table whose records are derived: each run brings them to the state that the facts of the stage before demand. */
export interface RecordTable<Content extends Columns = Columns> {
  readonly name: string;
  /** What the audit log calls a record of it: `order.item`. */
  readonly auditName: string;
  /** The primary key after the brand (or whole, if the table has no brand). The first column is that of the scope. */
  readonly keys: readonly string[];
  /** The key column by which people look a record up; its value is the entity_id of the audit log. */
  readonly idColumn: string;
  readonly columns: Content;
  readonly indexes?: readonly (readonly string[])[];
}

/** The type of a column's values: text unless it is a number or a yes/no; null unless the column forbids it. */
type ValueOf<Type extends string> = Type extends `${infer Base}!` ? BaseOf<Base> : BaseOf<Type> | null;
type BaseOf<Base extends string> = Base extends 'integer' ? number : Base extends 'boolean' ? boolean : string;

/** A record of a table by its columns. */
export type RecordIn<Table> = Table extends RecordTable<infer Content> ? { readonly [Name in keyof Content]: ValueOf<Content[Name]> } : never;

/** Columns that hub adds to each record, after its own. */
const SYSTEM = { checksum: 'hash!', created_run: 'key!', updated_at: 'instant!', change_no: 'integer!' } as const;
const ROWS_PER_DELETE = 200;
const KEYS_PER_QUERY = 500;

/** Where records are written to and on whose behalf. */
export interface RecordTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly audit: AuditWriter;
  readonly runId: RunId;
  readonly changeNo: number;
  readonly now: Instant;
  /** False: only count what would be written. */
  readonly write: boolean;
  /** True: what is stored is compared by its columns, as its checksums may not speak for them. */
  readonly recompute: boolean;
}

/** Where stored records are read, and how they are compared. */
export type RecordSource = Pick<RecordTarget, 'database' | 'tx' | 'recompute'>;

/** The records that the new ones take the place of: those of a brand (if the table has one) with these scope keys. */
export interface RecordScope {
  readonly brand?: string;
  readonly keys: readonly string[];
}

/** What became of the records of one table. */
export interface RecordChanges {
  inserted: number;
  updated: number;
  unchanged: number;
  deleted: number;
  /** Updates by the field that changed. */
  readonly fields: Map<string, number>;
  /** The scope keys of records that changed. */
  readonly scopeKeys: Set<string>;
}

interface Encoded {
  readonly key: string;
  readonly text: string;
  readonly checksum: string;
}

interface Stored {
  readonly values: (string | null)[];
  readonly createdRun: string;
}

/** The table in the database. */
export function specOf(table: RecordTable): TableSpec {
  return {
    name: table.name,
    columns: { ...table.columns, ...SYSTEM },
    primaryKey: hasBrand(table) ? ['brand', ...table.keys] : table.keys,
    indexes: table.indexes ?? [],
  };
}

/** How stored records differ from those that should be. */
interface Comparison {
  /** Not stored. */
  readonly inserts: readonly Encoded[];
  /** Stored otherwise. */
  readonly updates: readonly Encoded[];
  /** Keys of stored records that should not be. */
  readonly gone: readonly string[];
  readonly unchanged: number;
}

/** A stored record that is not as it should be. */
export interface RecordDifference {
  /** Of the scope: an account or a person. */
  readonly scopeKey: string;
  /** By which people look the record up. */
  readonly id: string;
  readonly what: 'missing' | 'changed' | 'added';
}

/**
 * Brings the records of a scope to the given state: compares them with what is stored (stored-rows.ts), writes what
 * differs, with an audit entry for each update and deletion. The caller's transaction makes it one step. With `update`
 * only records that are stored are brought up to date: none is added, none deleted.
 */
export async function applyRecords<Content extends Columns>(
  target: RecordTarget,
  table: RecordTable<Content>,
  scope: RecordScope,
  records: readonly RecordIn<RecordTable<Content>>[],
  mode: 'replace' | 'update' = 'replace',
): Promise<RecordChanges> {
  const { inserts, updates, gone, unchanged } = await compare(target, table, scope, records, mode);
  const changes: RecordChanges = { inserted: inserts.length, updated: updates.length, unchanged, deleted: gone.length, fields: new Map(), scopeKeys: new Set() };
  for (const key of [...[...inserts, ...updates].map((record) => record.key), ...gone]) changes.scopeKeys.add(scopeKeyOf(key));
  const stored = await storedRecords(target, table, scope, [...updates.map(({ key }) => key), ...gone]);
  const entries = [
    ...updates.map((record) => updateEntry(table, scope, record, stored.get(record.key), changes)),
    ...gone.map((key) => deleteEntry(table, scope, stored.get(key))),
  ];
  if (!target.write) return changes;
  if (entries.length > 0) await target.audit.write(target.database, target.tx, entries);
  await deleteRecords(target, table, scope, gone);
  await writeRecords(target, table, inserts, updates, stored);
  return changes;
}

/** The same, only told: which stored records of a scope differ from the given ones, out of how many. */
export async function differencesOf<Content extends Columns>(
  source: RecordSource,
  table: RecordTable<Content>,
  scope: RecordScope,
  records: readonly RecordIn<RecordTable<Content>>[],
): Promise<{ readonly checked: number; readonly differences: readonly RecordDifference[] }> {
  const { inserts, updates, gone, unchanged } = await compare(source, table, scope, records, 'replace');
  const place = table.keys.indexOf(table.idColumn);
  const named = (key: string, what: RecordDifference['what']): RecordDifference => ({ scopeKey: scopeKeyOf(key), id: key.split('\t')[place] ?? key, what });
  return {
    checked: inserts.length + updates.length + unchanged + gone.length,
    differences: [
      ...inserts.map(({ key }) => named(key, 'missing')),
      ...updates.map(({ key }) => named(key, 'changed')),
      ...gone.map((key) => named(key, 'added')),
    ],
  };
}

async function compare(
  source: RecordSource,
  table: RecordTable,
  scope: RecordScope,
  records: readonly Readonly<Record<string, Value>>[],
  mode: 'replace' | 'update',
): Promise<Comparison> {
  if (scope.keys.length === 0) return { inserts: [], updates: [], gone: [], unchanged: 0 };
  const reader = checksumReader(table, source.recompute);
  const rows = await rowsByKeys(source, table.name, table.keys[0] ?? '', scope, reader.columns);
  const stored = new Map(rows.map((row) => reader.of(row)));
  const inserts: Encoded[] = [];
  const updates: Encoded[] = [];
  let unchanged = 0;
  for (const record of records) {
    const encoded = encode(table, record);
    const isStored = stored.has(encoded.key);
    const known = stored.get(encoded.key);
    stored.delete(encoded.key);
    if (known === encoded.checksum) unchanged++;
    else if (isStored) updates.push(encoded);
    else if (mode === 'replace') inserts.push(encoded);
  }
  return { inserts, updates, gone: mode === 'update' ? [] : [...stored.keys()].sort(), unchanged };
}

/** Rows of a table by keys of one of its columns, as the driver gives them. */
export async function rowsByKeys(
  { database, tx }: Pick<RecordTarget, 'database' | 'tx'>,
  table: string,
  keyColumn: string,
  scope: RecordScope,
  columns: readonly string[],
): Promise<StoredValues[]> {
  const keys = [...new Set(scope.keys)].sort();
  const { brand } = scope;
  if (brand !== undefined) return database.dialect.findByKeys(tx, { table, brand, keyColumn, keys, columns });
  const list = columns.map((column) => database.dialect.quote(column)).join(', ');
  const found: StoredValues[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_QUERY) {
    const some = keys.slice(start, start + KEYS_PER_QUERY);
    const marks = some.map(() => '?').join(',');
    found.push(...(await database.dialect.selectRows(tx, `select ${list} from ${table} where ${keyColumn} in (${marks})`, some)));
  }
  return found;
}

function hasBrand(table: RecordTable): boolean {
  return 'brand' in table.columns;
}

function encode(table: RecordTable, record: Readonly<Record<string, Value>>): Encoded {
  const text = encodeRow(Object.entries(table.columns).map(([column, type]) => oneSpelling(record[column], type.startsWith('decimal'))));
  return { key: table.keys.map((column) => String(record[column])).join('\t'), text, checksum: checksum(text) };
}

function scopeKeyOf(key: string): string {
  const end = key.indexOf('\t');
  return end < 0 ? key : key.slice(0, end);
}

/** The stored records of the keys, whole. */
async function storedRecords(source: RecordSource, table: RecordTable, scope: RecordScope, keys: readonly string[]): Promise<Map<string, Stored>> {
  if (keys.length === 0) return new Map();
  const names = Object.keys(table.columns);
  const wanted = new Set(keys);
  const valuesOf = valuesReader(table);
  const rows = await rowsByKeys(source, table.name, table.keys[0] ?? '', { ...scope, keys: keys.map(scopeKeyOf) }, [...names, 'created_run']);
  const found = new Map<string, Stored>();
  for (const row of rows) {
    const key = table.keys.map((column) => String(row[names.indexOf(column)])).join('\t');
    if (!wanted.has(key)) continue;
    found.set(key, { values: valuesOf(row), createdRun: String(row.at(-1)) });
  }
  return found;
}

function updateEntry(table: RecordTable, scope: RecordScope, record: Encoded, stored: Stored | undefined, changes: RecordChanges): AuditEntry {
  const before = stateOf(table, stored?.values ?? []);
  const after = stateOf(table, decodeRow(record.text));
  const delta = deltaBetween(before, after);
  for (const field of Object.keys(delta ?? {})) changes.fields.set(field, (changes.fields.get(field) ?? 0) + 1);
  return { ...nameOf(table, scope, after), action: 'update', delta };
}

function deleteEntry(table: RecordTable, scope: RecordScope, stored: Stored | undefined): AuditEntry {
  const before = stateOf(table, stored?.values ?? []);
  return { ...nameOf(table, scope, before), action: 'delete', delta: deltaBetween(before, {}) };
}

function nameOf(table: RecordTable, { brand }: RecordScope, state: Readonly<Record<string, unknown>>): Pick<AuditEntry, 'brand' | 'entity' | 'entityId'> {
  return { brand: brand ?? ALL_BRANDS, entity: table.auditName, entityId: String(state[table.idColumn]) };
}

/** The brand of an audit entry on a record that belongs to none: a person. */
const ALL_BRANDS = '*';

async function deleteRecords({ tx }: RecordTarget, table: RecordTable, { brand }: RecordScope, keys: readonly string[]): Promise<void> {
  const sorted = [...keys].sort();
  const one = `(${table.keys.map((column) => `${column} = ?`).join(' and ')})`;
  for (let start = 0; start < sorted.length; start += ROWS_PER_DELETE) {
    const some = sorted.slice(start, start + ROWS_PER_DELETE).map((key) => key.split('\t'));
    const which = `(${some.map(() => one).join(' or ')})`;
    if (brand === undefined) await tx.raw(`delete from ${table.name} where ${which}`, some.flat());
    else await tx.raw(`delete from ${table.name} where brand = ? and ${which}`, [brand, ...some.flat()]);
  }
}

async function writeRecords(
  { database, tx, runId, changeNo, now }: RecordTarget,
  table: RecordTable,
  inserts: readonly Encoded[],
  updates: readonly Encoded[],
  stored: ReadonlyMap<string, Stored>,
): Promise<void> {
  if (inserts.length + updates.length === 0) return;
  const records = [...inserts, ...updates].sort((a, b) => (a.key < b.key ? -1 : 1));
  await database.dialect.bulkReplace(tx, {
    table: table.name,
    columns: [...Object.keys(table.columns), ...Object.keys(SYSTEM)],
    rows: records.map(({ key, text, checksum: sum }) => `${text}\t${encodeRow([sum, stored.get(key)?.createdRun ?? runId, now, String(changeNo)])}`),
    replaced: updates.length,
  });
}
