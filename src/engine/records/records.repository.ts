import { HubError } from '../../core/errors.ts';
import { decodeRow } from '../../core/text/row-text.ts';
import { deltaBetween, type AuditEntry } from './audit.repository.ts';
import { compareRecords, type RecordMode } from './compare-records.repository.ts';
import { encodeRecord, keyParts, scopeKeyOf, type EncodedRecord } from './encode-record.ts';
import { increase, type ChangeCounts } from './record-counts.ts';
import { auditNameOf, type Columns, type Convention, type RecordIn, type RecordTable } from './record-table.ts';
import type { RecordScope, RecordTarget } from './record-target.ts';
import { storedRecords, type StoredRecord } from './stored-records.repository.ts';
import { stateOf } from './stored-rows.ts';

/** What became of the records of one table, and whose they are that changed. */
export interface RecordChanges extends ChangeCounts {
  /** The scope keys of records that changed. */
  readonly scopeKeys: ReadonlySet<string>;
  /** The values of the table's owner column in records that changed, as they are and as they were. */
  readonly owners: ReadonlySet<string>;
  /** Reads out the records that changed, for a stage that sums them up. */
  readonly states: () => ChangedStates;
}

/** The records that changed, as they were and as they are: each the values of the table's columns, in their order. */
export interface ChangedStates {
  readonly before: readonly (readonly (string | null)[])[];
  readonly after: readonly (readonly (string | null)[])[];
}

type Stored = ReadonlyMap<string, StoredRecord>;

const ROWS_PER_DELETE = 200;
/** The brand of an audit entry on a record that belongs to none: a person. */
const ALL_BRANDS = '*';

/**
 * Brings the records of a scope to the given state: compares them with what is stored (stored-rows.ts), writes what
 * differs, with an audit entry for each update and deletion. The caller's transaction makes it one step.
 */
export function applyRecords<Content extends Columns>(
  target: RecordTarget,
  table: RecordTable<Content>,
  scope: RecordScope,
  records: readonly RecordIn<RecordTable<Content>>[],
  mode: RecordMode = 'replace',
): Promise<RecordChanges> {
  return applyEncoded(target, table, scope, records.map((record) => encodeRecord(table, record)), mode);
}

/** The same with records that were encoded where they were decided, for stages that hold many of them (encode-record.ts). */
export async function applyEncoded(target: RecordTarget, table: RecordTable, scope: RecordScope, records: readonly EncodedRecord[], mode: RecordMode = 'replace'): Promise<RecordChanges> {
  const { inserts, updates, gone, unchanged } = await compareRecords(target, table, scope, records, mode);
  const stored = await storedRecords(target, table, scope, [...updates.map(({ key }) => key), ...gone]);
  const changed = updates.map((record) => updateEntry(table, scope, record, stored.get(record.key)));
  const removed = gone.map((key) => deleteEntry(table, scope, stored.get(key)));
  if (target.write) {
    if (changed.length + removed.length > 0) await target.audit.write(target.database, target.tx, [...changed, ...removed]);
    await deleteRecords(target, table, scope, gone);
    await writeRecords(target, table, inserts, updates, stored);
  }
  const written = [...inserts, ...updates];
  return {
    ...{ inserted: inserts.length, updated: updates.length, unchanged, deleted: gone.length },
    fields: changedFields(changed),
    scopeKeys: new Set([...written.map(({ key }) => key), ...gone].map(scopeKeyOf)),
    // Read out only where somebody asks: it decodes every record.
    get owners() {
      return ownersOf(table, written, stored);
    },
    states: () => ({ before: [...stored.values()].map(({ values }) => values), after: written.map(({ text }) => decodeRow(text)) }),
  };
}

function updateEntry(table: RecordTable, scope: RecordScope, record: EncodedRecord, stored: StoredRecord | undefined): AuditEntry {
  const after = stateOf(table, decodeRow(record.text));
  return { ...nameOf(table, scope, after), action: 'update', delta: deltaBetween(stateOf(table, stored?.values ?? []), after) };
}

function deleteEntry(table: RecordTable, scope: RecordScope, stored: StoredRecord | undefined): AuditEntry {
  const before = stateOf(table, stored?.values ?? []);
  return { ...nameOf(table, scope, before), action: 'delete', delta: deltaBetween(before, {}) };
}

function nameOf(table: RecordTable, { brand }: RecordScope, state: Readonly<Record<string, unknown>>): Pick<AuditEntry, 'brand' | 'entity' | 'entityId'> {
  return { brand: brand ?? ALL_BRANDS, entity: auditNameOf(table, state), entityId: String(state[table.idColumn]) };
}

function changedFields(updates: readonly AuditEntry[]): Map<string, number> {
  const fields = new Map<string, number>();
  for (const { delta } of updates) for (const field of Object.keys(delta ?? {})) increase(fields, field, 1);
  return fields;
}

function ownersOf({ ownerColumn, columns }: RecordTable, written: readonly EncodedRecord[], stored: Stored): Set<string> {
  if (ownerColumn === undefined) return new Set();
  const place = Object.keys(columns).indexOf(ownerColumn);
  const values = [...written.map(({ text }) => decodeRow(text)), ...[...stored.values()].map((record) => record.values)];
  return new Set(values.map((row) => row[place] ?? ''));
}

async function deleteRecords({ tx }: RecordTarget, table: RecordTable, { brand }: RecordScope, keys: readonly string[]): Promise<void> {
  // The brand stands in each term: SQLite finds a row by its whole key only if the term has all of it.
  const columns = brand === undefined ? table.keys : ['brand', ...table.keys];
  const one = `(${columns.map((column) => `${column} = ?`).join(' and ')})`;
  for (let start = 0; start < keys.length; start += ROWS_PER_DELETE) {
    const some = keys.slice(start, start + ROWS_PER_DELETE).map(keyParts);
    const values = brand === undefined ? some.flat() : some.flatMap((key) => [brand, ...key]);
    await tx.raw(`delete from ${table.name} where ${some.map(() => one).join(' or ')}`, values);
  }
}

async function writeRecords(target: RecordTarget, table: RecordTable, inserts: readonly EncodedRecord[], updates: readonly EncodedRecord[], stored: Stored): Promise<void> {
  if (inserts.length + updates.length === 0) return;
  const { database, tx } = target;
  const records = [...inserts, ...updates].sort((a, b) => (a.key < b.key ? -1 : 1));
  await database.dialect.bulkReplace(tx, {
    table: table.name,
    columns: [...Object.keys(table.columns), ...table.conventions],
    rows: records.map((record) => rowOf(target, table.conventions, record, stored.get(record.key))),
    replaced: updates.length,
  });
}

/** None of the conventions' values has anything to escape. */
function rowOf(target: RecordTarget, conventions: readonly Convention[], record: EncodedRecord, stored: StoredRecord | undefined): string {
  let text = record.text;
  for (const name of conventions) text += `\t${conventionOf(name, target, record, stored)}`;
  return text;
}

function conventionOf(name: Convention, { runId, changeNo, now, rulesVersion }: RecordTarget, record: EncodedRecord, stored: StoredRecord | undefined): string {
  switch (name) {
    case 'checksum':
      return record.checksum;
    case 'created_run':
      return stored?.createdRun ?? runId;
    case 'updated_at':
    case 'enriched_at':
      return now;
    case 'change_no':
      return String(changeNo);
    case 'rules_version':
      if (rulesVersion === undefined) throw new HubError('unexpected', 'no_rules_version', 'A stage with a table of rules_version must say which version decided.');
      return rulesVersion;
  }
}
