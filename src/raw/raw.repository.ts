import { parseDecimal } from '../core/decimal.ts';
import { decodeRow, encodeRow, encodeValue } from '../core/row-text.ts';
import type { BatchId, Instant } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { textOf, type StoredValues } from '../db/dialect.ts';
import { AuditWriter, deltaBetween, type AuditEntry } from '../runs/audit.repository.ts';
import type { ImportCounts } from '../runs/import-batches.repository.ts';
import type { Entity } from './contract.ts';
import { ownerColumns, ownerOf } from './owner.ts';
import type { RawRow } from './row-parser.ts';
import type { SeenKeys } from './seen-keys.ts';
import { storedColumns, systemColumns } from './table.ts';
import { compareVersions, decide, effectiveInstant, newestOf, type Decision, type RowVersion } from './version.ts';

/** Where rows are written to and on whose behalf. */
export interface RawTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly entity: Entity;
  readonly brand: string;
  readonly changeNo: number;
  readonly audit: AuditWriter;
  /** Empty at the start of a batch. Keys of which a later chunk replaced a row of an earlier one: stored before the batch? */
  readonly repeats: Map<string, boolean>;
  /** Given if the table held no row of the brand when the batch began: the keys written since. */
  readonly seen?: SeenKeys | undefined;
}

interface StoredRow extends RowVersion {
  readonly sourceId: string;
  readonly changeNo: number;
}

interface Planned {
  readonly row: RawRow;
  readonly stored: StoredRow | undefined;
  readonly decision: Decision;
}

const VERSION_COLUMNS = ['source_id', 'row_hash', 'updated_date', 'deleted_at', 'lake_batch', 'lake_row', 'change_no'];

/**
 * Compares the rows with the stored ones and writes what changed, with an audit entry for each update and deletion.
 * Adds to the counts; the order of the rows does not matter.
 */
export async function applyRows(target: RawTarget, rows: readonly RawRow[], counts: ImportCounts): Promise<void> {
  const newest = newestByKey(rows);
  counts.stale += rows.length - newest.size;
  const keys = [...newest.keys()].sort();
  // A row that is stored although nobody saw it makes the load fail: it then replaces more rows than it is told to.
  const { seen } = target;
  const stored = await storedVersions(target, seen === undefined ? keys : keys.filter((key) => seen.mayHold(key)));
  const changes: Planned[] = [];
  const confirmed: Planned[] = [];
  for (const key of keys) {
    const row = newest.get(key) as RawRow;
    const before = stored.get(key);
    const decision = decide(row, before);
    if (decision !== 'unchanged' && decision !== 'stale') changes.push({ row, stored: before, decision });
    else counts[decision]++;
    if (decision === 'unchanged' && before !== undefined && confirms(row, before)) confirmed.push({ row, stored: before, decision });
  }
  await countChanges(target, changes, counts);
  const before = await replacedRows(target, changes);
  await target.audit.write(target.database, target.tx, auditEntries(target, changes, before));
  await writeChanges(target, changes, before);
  await writeRows(target, [...changes, ...confirmed]);
  if (seen !== undefined) for (const key of keys) seen.add(key);
}

/** True if the table holds no row of the brand. */
export async function isEmpty(database: Database, tx: Transaction, entity: Entity, brand: string): Promise<boolean> {
  return (await database.dialect.selectRows(tx, `select 1 from ${entity.table} where brand = ? limit 1`, [brand])).length === 0;
}

/**
 * True if the row says again, and later, what is stored, and has no date of its own. It is then as old as its batch,
 * and so must the stored one be: else a late batch from between would pass for newer.
 */
function confirms(row: RawRow, stored: RowVersion): boolean {
  return row.updatedDate === null && compareVersions(row, stored) > 0;
}

/** The winner of each key. Few keys come twice in a chunk, so only those get a list of their own. */
function newestByKey(rows: readonly RawRow[]): Map<string, RawRow> {
  const newest = new Map<string, RawRow>();
  const repeated = new Map<string, [RawRow, ...RawRow[]]>();
  for (const row of rows) {
    const other = newest.get(row.sourceId);
    if (other === undefined) newest.set(row.sourceId, row);
    else repeated.set(row.sourceId, [...(repeated.get(row.sourceId) ?? [other]), row]);
  }
  for (const [key, group] of repeated) newest.set(key, newestOf(group));
  return newest;
}

async function storedVersions(target: RawTarget, keys: readonly string[]): Promise<Map<string, StoredRow>> {
  const found = await target.database.dialect.findByKeys(target.tx, {
    table: target.entity.table,
    brand: target.brand,
    keyColumn: 'source_id',
    keys,
    columns: VERSION_COLUMNS,
  });
  return new Map(found.map(storedVersion).map((row) => [row.sourceId, row]));
}

function storedVersion([sourceId, hash, updatedDate, deletedAt, batch, row, changeNo]: StoredValues): StoredRow {
  return {
    sourceId: sourceId as string,
    hash: hash as string,
    updatedDate: updatedDate as Instant | null,
    deleted: deletedAt !== null,
    batch: batch as BatchId,
    row: Number(row),
    changeNo: Number(changeNo),
  };
}

/**
 * Counts each change. A row that replaces one which this very batch wrote before takes over what that one was counted
 * as, and that one becomes stale: so the counts do not depend on how the batch was cut into chunks.
 */
async function countChanges(target: RawTarget, changes: readonly Planned[], counts: ImportCounts): Promise<void> {
  const { repeats } = target;
  const repeated = changes.filter(({ row, stored }) => stored?.batch === row.batch && stored.changeNo === target.changeNo);
  const unknown = repeated.map(({ row }) => row.sourceId).filter((id) => !repeats.has(id));
  const changed = await target.audit.recordsOf(target.tx, auditName(target.entity), target.brand, unknown);
  for (const id of unknown) repeats.set(id, changed.has(id));
  for (const { row, stored, decision } of changes) {
    const again = stored?.batch === row.batch && stored.changeNo === target.changeNo;
    if (!again) {
      counts[COUNTED_AS[decision]]++;
      continue;
    }
    const existed = repeats.get(row.sourceId) === true;
    counts[stored.deleted ? 'deleted' : existed ? 'updated' : 'inserted']--;
    counts.stale++;
    counts[row.deleted ? 'deleted' : existed ? 'updated' : 'inserted']++;
  }
}

const COUNTED_AS: Record<Decision, keyof ImportCounts> = {
  insert: 'inserted',
  update: 'updated',
  delete: 'deleted',
  unchanged: 'unchanged',
  stale: 'stale',
};

/** The stored rows that the changes replace, by id: the values of stateColumns. */
async function replacedRows(target: RawTarget, changes: readonly Planned[]): Promise<Map<string, (string | null)[]>> {
  const keys = changes.filter(({ stored }) => stored !== undefined).map(({ row }) => row.sourceId);
  const found = await target.database.dialect.findByKeys(target.tx, {
    table: target.entity.table,
    brand: target.brand,
    keyColumn: 'source_id',
    keys,
    columns: stateColumns(target.entity).map(({ name }) => name),
  });
  return new Map(found.map((values) => [values[0] as string, values.map(textOf)]));
}

function auditEntries(
  target: RawTarget,
  changes: readonly Planned[],
  before: ReadonlyMap<string, readonly (string | null)[]>,
): AuditEntry[] {
  const columns = stateColumns(target.entity);
  return changes.flatMap(({ row, stored, decision }) =>
    stored === undefined
      ? []
      : {
          brand: target.brand,
          entity: auditName(target.entity),
          entityId: row.sourceId,
          action: decision === 'delete' ? ('delete' as const) : ('update' as const),
          delta: changedFields(columns, before.get(row.sourceId) ?? [], stateValues(row)),
        },
  );
}

/** Notes whose facts changed, under the run's change number: the old owner too, if a row moved or lost its content. */
async function writeChanges(
  target: RawTarget,
  changes: readonly Planned[],
  before: ReadonlyMap<string, readonly (string | null)[]>,
): Promise<void> {
  const columns = ownerColumns(target.entity);
  const owners = new Set(changes.map(({ row }) => row.owner));
  for (const values of before.values()) {
    const { entity, id } = ownerOf(columns, values);
    owners.add(`${entity}\t${id}`);
  }
  const prefix = encodeRow([target.brand, String(target.changeNo), target.entity.name]);
  await target.database.dialect.bulkInsertMissing(target.tx, {
    table: 'raw_changes',
    columns: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
    rows: [...owners].sort().map((owner) => `${prefix}\t${owner}`),
  });
}

async function writeRows(target: RawTarget, changes: readonly Planned[]): Promise<void> {
  await target.database.dialect.bulkReplace(target.tx, {
    table: target.entity.table,
    columns: rowColumns(target.entity),
    rows: changes.map(({ row, stored, decision }) => {
      const changeNo = decision === 'unchanged' && stored !== undefined ? stored.changeNo : target.changeNo;
      return rowText(target.entity, target.brand, row, changeNo);
    }),
    replaced: changes.reduce((sum, { stored }) => sum + (stored === undefined ? 0 : 1), 0),
  });
}

/** The columns of a raw table in the order of rowText. */
export function rowColumns(entity: Entity): string[] {
  return ['brand', ...storedColumns(entity).map((column) => column.sql), ...systemColumns(entity)];
}

/** A raw row as canonical text (core/row-text.ts), as it is written to its table. */
export function rowText(entity: Entity, brand: string, row: RawRow, changeNo: number): string {
  const deleted = entity.feed === 'billing' ? [deletedAt(row)] : [];
  const system = encodeRow([row.hash, ...deleted, row.batch, String(row.row), String(changeNo)]);
  return `${encodeValue(brand)}\t${row.text}\t${system}`;
}

/** The name of an entity's rows in the audit log. */
function auditName(entity: Entity): string {
  return `raw.${entity.name}`;
}

function deletedAt(row: RawRow): string | null {
  return row.deleted ? effectiveInstant(row) : null;
}

interface StateColumn {
  readonly name: string;
  readonly decimal: boolean;
}

/** The columns that make the state of a row, as audit deltas show it: its batch too, so the first delta tells how it came. */
function stateColumns(entity: Entity): StateColumn[] {
  const own = storedColumns(entity).map(({ sql, kind }) => ({ name: sql, decimal: kind === 'decimal' }));
  return [...own, ...['extra', 'deleted_at', 'lake_batch'].map((name) => ({ name, decimal: false }))];
}

function stateValues(row: RawRow): (string | null)[] {
  return [...decodeRow(row.text), deletedAt(row), row.batch];
}

/** The delta between two states; only what differs is handed on, as most columns of an updated row stay as they are. */
function changedFields(
  columns: readonly StateColumn[],
  before: readonly (string | null)[],
  after: readonly (string | null)[],
): unknown {
  const old: Record<string, string> = {};
  const now: Record<string, string> = {};
  for (const [index, { name, decimal }] of columns.entries()) {
    const stored = before[index] ?? null;
    const from = decimal && stored !== null ? (parseDecimal(stored) ?? stored) : stored;
    const to = after[index] ?? null;
    if (from === to) continue;
    if (from !== null) old[name] = from;
    if (to !== null) now[name] = to;
  }
  return deltaBetween(old, now);
}
