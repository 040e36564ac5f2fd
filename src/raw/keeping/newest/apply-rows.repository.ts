import { inBlocks } from '../../../core/async/in-blocks.ts';
import { decodeRow } from '../../../core/text/row-text.ts';
import type { BatchId, Instant } from '../../../core/time.ts';
import { textOf, type StoredValues } from '../../../db/dialect.ts';
import type { AuditEntry } from '../../../engine/records/audit.repository.ts';
import { ownerColumns, ownerOf } from '../../rows/owner.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { rowColumns, rowText } from '../../store/table-row.ts';
import { findStoredRows } from '../../store/stored-rows.repository.ts';
import { noteOwners } from '../../store/changes.repository.ts';
import { auditName, type BatchRows, type RawTarget } from '../../store/raw-target.ts';
import { planKey, rowsByKey, type KeyPlan, type StoredVersion } from './plan-rows.ts';
import { isOwn, RowCounts } from './row-counter.repository.ts';
import { changedFields, stateColumns, stateValues } from './row-state.ts';

const VERSION_COLUMNS = ['source_id', 'row_hash', 'updated_date', 'deleted_at', 'lake_batch', 'lake_row', 'change_no'];

/**
 * Compares the rows with the stored ones, batch after batch, and writes what changed: of each key the last row, and an
 * audit entry for each update and deletion on the way there. Adds to the counts; the order of the rows does not matter.
 * @param batches oldest first
 */
export async function applyRows(target: RawTarget, batches: readonly BatchRows[]): Promise<void> {
  const incoming = rowsByKey(batches);
  const keys = [...incoming.keys()].sort();
  const whole = target.lookupHint?.changesRows === true;
  const { versions: stored, states } = await storedRows(target, keys, whole);
  const counter = new RowCounts(target, batches);
  const plans: KeyPlan[] = [];
  for (const key of keys) {
    const known = stored.get(key);
    const plan = planKey(incoming.get(key) as RawRow, known, counter.count, givesWay(target, batches, known));
    if (plan !== undefined) plans.push(plan);
  }
  await counter.apply();
  const replaced = plans.filter((plan) => plan.stored !== undefined && plan.changes.length > 0);
  if (target.lookupHint !== undefined) target.lookupHint.changesRows = 2 * replaced.length > keys.length;
  const before = whole ? statesOf(replaced, states) : await replacedRows(target, replaced);
  await target.audit.write(target.database, target.tx, auditEntries(target, plans, before));
  await writeChanges(target, plans, before);
  await writeRows(target, plans);
  const changed = plans.filter(({ changes }) => changes.length > 0);
  const gone = changed.flatMap(({ row }) => (row.deleted ? [before.get(row.sourceId) ?? []] : [])).filter((state) => state.length > 0);
  await target.facts?.take(target, changed.flatMap(({ row }) => (row.deleted ? [] : [row])), gone);
}

/** True in a snapshot for a row that stood there before it: of two of its own rows the newer one stays. */
function givesWay({ isSnapshot, changeNo }: RawTarget, [first]: readonly BatchRows[], stored: StoredVersion | undefined): boolean {
  return isSnapshot === true && (stored?.changeNo !== changeNo || stored.batch !== first?.batch);
}

/** What is stored under the keys: what decides, and with `whole` the values of stateColumns too. */
async function storedRows(target: RawTarget, keys: readonly string[], whole: boolean): Promise<{ versions: Map<string, StoredVersion>; states: StoredStates }> {
  const found = await findStoredRows(target, keys, whole ? [...VERSION_COLUMNS, ...stateColumns(target.entity).map(({ name }) => name)] : VERSION_COLUMNS);
  const versions = new Map<string, StoredVersion>();
  const states = new Map<string, readonly (string | null)[]>();
  for (const values of found) {
    const version = storedVersion(values);
    versions.set(version.sourceId, version);
    if (whole) states.set(version.sourceId, values.slice(VERSION_COLUMNS.length).map(textOf));
  }
  return { versions, states };
}

function statesOf(plans: readonly KeyPlan[], states: StoredStates): StoredStates {
  return new Map(plans.map(({ row }) => [row.sourceId, states.get(row.sourceId) ?? []]));
}

function storedVersion([sourceId, hash, updatedDate, deletedAt, batch, row, changeNo]: StoredValues): StoredVersion {
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

type StoredStates = ReadonlyMap<string, readonly (string | null)[]>;

/** The stored rows that the changes replace, by id: the values of stateColumns. */
async function replacedRows(target: RawTarget, replaced: readonly KeyPlan[]): Promise<StoredStates> {
  const found = await target.database.dialect.findByKeys(target.tx, {
    table: target.entity.table,
    brand: target.brand,
    keyColumn: 'source_id',
    keys: replaced.map(({ row }) => row.sourceId),
    columns: stateColumns(target.entity).map(({ name }) => name),
  });
  return new Map(found.map((values) => [values[0] as string, values.map(textOf)]));
}

function* auditEntries(target: RawTarget, plans: readonly KeyPlan[], stored: StoredStates): Generator<AuditEntry> {
  const columns = stateColumns(target.entity);
  for (const { changes } of plans) {
    for (const { row, before, decision } of changes) {
      // What a batch says several times about a record that is new with it happened once.
      if (before === undefined || (isOwn(target, row, before) && target.repeats.get(row.sourceId) === false)) continue;
      const state = isRow(before) ? stateValues(before) : (stored.get(row.sourceId) ?? []);
      yield {
        brand: target.brand,
        entity: auditName(target.entity),
        entityId: row.sourceId,
        action: decision === 'delete' ? 'delete' : 'update',
        delta: changedFields(columns, state, stateValues(row)),
      };
    }
  }
}

/** True for a row that came with an earlier batch and was not written. */
function isRow(before: RawRow | StoredVersion): before is RawRow {
  return 'text' in before;
}

/** Notes whose facts changed, under the run's change number: the old owner too, if a row moved or lost its content. */
async function writeChanges(target: RawTarget, plans: readonly KeyPlan[], stored: StoredStates): Promise<void> {
  const columns = ownerColumns(target.entity);
  const owners = new Set<string>();
  for (const { changes } of plans) for (const { row } of changes) owners.add(ownerOf(columns, decodeRow(row.text)));
  for (const values of stored.values()) owners.add(ownerOf(columns, values));
  await noteOwners(target, owners);
}

async function writeRows(target: RawTarget, plans: readonly KeyPlan[]): Promise<void> {
  const { entity, brand, changeNo } = target;
  const text = ({ row, stored, changes }: KeyPlan): string =>
    rowText(entity, brand, row, changes.length === 0 && stored !== undefined ? stored.changeNo : changeNo);
  await target.database.dialect.bulkLoad(target.tx, {
    table: entity.table,
    columns: rowColumns(entity),
    blocks: inBlocks(plans, text),
    replaced: plans.reduce((sum, { stored }) => sum + (stored === undefined ? 0 : 1), 0),
  });
}
