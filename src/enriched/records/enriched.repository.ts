import type { RunId } from '../../core/ids.ts';
import { decodeRow } from '../../core/text/row-text.ts';
import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { deltaBetween, type AuditEntry, type AuditWriter } from '../../engine/records/audit.repository.ts';
import { checksumReader, stateOf, valuesReader } from '../../engine/records/stored-rows.ts';
import { keyOf, type EncodedRecord } from './encode.ts';
import { auditName, enrichedTables, systemColumns, tableNames, type TableName } from './tables.ts';

/** Where records are written to and on whose behalf. */
export interface EnrichedTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly audit: AuditWriter;
  readonly runId: RunId;
  readonly changeNo: number;
  readonly rulesVersion: string;
  readonly now: Instant;
  /** Brands that had no records of any kind when the run began: only this run has written some since. */
  readonly emptyBrands: ReadonlySet<string>;
  /** False: only count what would be written. */
  readonly write: boolean;
  /** True: what is stored is compared by its columns, as its checksums may not speak for them. */
  readonly recompute: boolean;
}

/** The records of a brand's table that the new ones take the place of: those of these accounts, or all. */
export type Scope = { readonly brand: string; readonly accountIds: readonly string[] | 'catalog' };

/** What became of the records of one table. */
export interface TableChanges {
  inserted: number;
  updated: number;
  unchanged: number;
  deleted: number;
  /** Updates by the field that changed. */
  readonly fields: Map<string, number>;
  /** Persons of accounts whose records changed, as they are and as they were. */
  readonly persons: Set<string>;
  /** Accounts whose records changed. */
  readonly accounts: Set<string>;
  /** Charges of the catalog that changed. */
  readonly products: Set<string>;
}

interface Stored {
  readonly key: string;
  readonly values: (string | null)[];
  readonly createdRun: string;
}

const ROWS_PER_DELETE = 200;

/**
 * Brings the records of a scope to the given state: compares them with what is stored (engine/records/stored-rows.ts), writes what
 * differs, with an audit entry for each update and deletion. The caller's transaction makes it one step.
 */
export async function applyRecords(
  target: EnrichedTarget,
  name: TableName,
  scope: Scope,
  records: readonly EncodedRecord[],
): Promise<TableChanges> {
  const changes: TableChanges = { inserted: 0, updated: 0, unchanged: 0, deleted: 0, fields: new Map(), persons: new Set(), accounts: new Set(), products: new Set() };
  // Nothing is there to be read on a first run. Were it there after all, the load would find more keys than it expects.
  const checksums = target.emptyBrands.has(scope.brand) ? new Map<string, string | undefined>() : await storedChecksums(target, name, scope);
  const inserts: EncodedRecord[] = [];
  const updates: EncodedRecord[] = [];
  for (const encoded of records) {
    const isStored = checksums.has(encoded.key);
    const known = checksums.get(encoded.key);
    checksums.delete(encoded.key);
    if (known === encoded.checksum) changes.unchanged++;
    else (isStored ? updates : inserts).push(encoded);
  }
  changes.inserted = inserts.length;
  changes.updated = updates.length;
  changes.deleted = checksums.size;
  const stored = await storedRecords(target, name, scope, [...updates.map(({ key }) => key), ...checksums.keys()]);
  noteOwners(changes, name, [...inserts, ...updates], [...stored.values()]);
  const entries = [
    ...updates.map((record) => updateEntry(name, scope.brand, record, stored.get(record.key), changes)),
    ...[...checksums.keys()].sort().map((key) => deleteEntry(name, scope.brand, stored.get(key))),
  ];
  if (!target.write) return changes;
  await target.audit.write(target.database, target.tx, entries);
  await deleteRecords(target, name, scope, [...checksums.keys()]);
  await writeRecords(target, name, inserts, updates, stored);
  return changes;
}

/** The brands that have no records in any table. */
export async function findEmptyBrands(database: Database, tx: Transaction, brands: readonly string[]): Promise<Set<string>> {
  const empty = new Set(brands);
  for (const brand of brands) {
    for (const name of tableNames) {
      const rows = await database.dialect.selectRows(tx, `select 1 from ${enrichedTables[name].name} where brand = ? limit 1`, [brand]);
      if (rows.length > 0) empty.delete(brand);
    }
  }
  return empty;
}

async function storedChecksums(target: EnrichedTarget, name: TableName, scope: Scope): Promise<Map<string, string | undefined>> {
  const reader = checksumReader(enrichedTables[name], target.recompute);
  const rows = await rowsOf(target, name, scope, scope.accountIds, reader.columns);
  return new Map(rows.map((row) => reader.of(row)));
}

/** The stored records of the keys, whole. They are read by account: so they stand together. */
async function storedRecords(target: EnrichedTarget, name: TableName, scope: Scope, keys: readonly string[]): Promise<Map<string, Stored>> {
  if (keys.length === 0) return new Map();
  const { columns, keys: keyColumns } = enrichedTables[name];
  const names = Object.keys(columns);
  const wanted = new Set(keys);
  const valuesOf = valuesReader(enrichedTables[name]);
  const accounts = scope.accountIds === 'catalog' ? 'catalog' : [...new Set(keys.map((key) => key.split('\t')[0] ?? ''))].sort();
  const rows = await rowsOf(target, name, scope, accounts, [...names, 'created_run']);
  const found = new Map<string, Stored>();
  for (const row of rows) {
    const key = keyOf(keyColumns.map((column) => String(row[names.indexOf(column)])));
    if (!wanted.has(key)) continue;
    found.set(key, { key, values: valuesOf(row), createdRun: String(row.at(-1)) });
  }
  return found;
}

function rowsOf(
  { database, tx }: EnrichedTarget,
  name: TableName,
  { brand }: Scope,
  accounts: readonly string[] | 'catalog',
  columns: readonly string[],
): Promise<StoredValues[]> {
  const table = enrichedTables[name].name;
  if (accounts !== 'catalog') return database.dialect.findByKeys(tx, { table, brand, keyColumn: 'account_id', keys: accounts, columns });
  const list = columns.map((column) => database.dialect.quote(column)).join(', ');
  return database.dialect.selectRows(tx, `select ${list} from ${table} where brand = ?`, [brand]);
}

function updateEntry(name: TableName, brand: string, record: EncodedRecord, stored: Stored | undefined, changes: TableChanges): AuditEntry {
  const before = stateOf(enrichedTables[name], stored?.values ?? []);
  const after = stateOf(enrichedTables[name], decodeRow(record.text));
  const delta = deltaBetween(before, after);
  for (const field of Object.keys(delta ?? {})) changes.fields.set(field, (changes.fields.get(field) ?? 0) + 1);
  return { brand, entity: auditName(name, after), entityId: String(after['source_id']), action: 'update', delta };
}

function deleteEntry(name: TableName, brand: string, stored: Stored | undefined): AuditEntry {
  const before = stateOf(enrichedTables[name], stored?.values ?? []);
  return { brand, entity: auditName(name, before), entityId: String(before['source_id']), action: 'delete', delta: deltaBetween(before, {}) };
}

async function deleteRecords({ tx }: EnrichedTarget, name: TableName, { brand }: Scope, keys: readonly string[]): Promise<void> {
  const { name: table, keys: columns } = enrichedTables[name];
  const sorted = [...keys].sort();
  for (let start = 0; start < sorted.length; start += ROWS_PER_DELETE) {
    const some = sorted.slice(start, start + ROWS_PER_DELETE).map((key) => key.split('\t'));
    const one = `(${columns.map((column) => `${column} = ?`).join(' and ')})`;
    await tx.raw(`delete from ${table} where brand = ? and (${some.map(() => one).join(' or ')})`, [brand, ...some.flat()]);
  }
}

async function writeRecords(
  { database, tx, runId, changeNo, rulesVersion, now }: EnrichedTarget,
  name: TableName,
  inserts: readonly EncodedRecord[],
  updates: readonly EncodedRecord[],
  stored: ReadonlyMap<string, Stored>,
): Promise<void> {
  const { name: table, columns } = enrichedTables[name];
  const records = [...inserts, ...updates].sort((a, b) => (a.key < b.key ? -1 : 1));
  await database.dialect.bulkReplace(tx, {
    table,
    columns: [...Object.keys(columns), ...systemColumns],
    rows: records.map(({ key, text, checksum }) => `${text}\t${checksum}\t${rulesVersion}\t${stored.get(key)?.createdRun ?? runId}\t${now}\t${changeNo}`),
    replaced: updates.length,
  });
}

/** Remembers whose records changed: the accounts, and the persons that an account belongs to and belonged to. */
function noteOwners(changes: TableChanges, name: TableName, written: readonly EncodedRecord[], stored: readonly Stored[]): void {
  const owners = name === 'products' ? changes.products : changes.accounts;
  for (const { key } of [...written, ...stored]) owners.add(key.split('\t', 1)[0] ?? '');
  if (name !== 'accounts') return;
  const person = Object.keys(enrichedTables.accounts.columns).indexOf('person_id');
  for (const values of [...written.map(({ text }) => decodeRow(text)), ...stored.map((record) => record.values)]) {
    changes.persons.add(values[person] ?? '');
  }
}
