import type { ImportCounts } from '../runs/import-batches.repository.ts';
import type { BatchId } from '../core/time.ts';
import type { RawRow } from './row-parser.ts';
import { compareVersions, decide, newestOf, type Decision, type RowVersion } from './version.ts';

/** Rows of one batch, all of them or a chunk, and the counts of the batch, which the rows are added to. */
export interface BatchRows {
  readonly batch: BatchId;
  readonly rows: readonly RawRow[];
  readonly counts: ImportCounts;
}

/** What is stored under a key, as far as it decides. */
export interface StoredVersion extends RowVersion {
  readonly sourceId: string;
  readonly changeNo: number;
}

/** A row that takes the place of what was there before. */
export interface Change {
  readonly row: RawRow;
  readonly decision: 'insert' | 'update' | 'delete';
  /** The stored row, a row of an earlier batch that is not written yet, or nothing. */
  readonly before: StoredVersion | RawRow | undefined;
}

/** What becomes of one key. */
export interface KeyPlan {
  readonly stored: StoredVersion | undefined;
  /** Oldest batch first; none if the key's content stays. */
  readonly changes: readonly Change[];
  /** The row to be written. */
  readonly row: RawRow;
}

/** The rows of each key in the order of their batches. Few keys come twice, so only those get a list of their own. */
export type RowsByKey = ReadonlyMap<string, RawRow | readonly RawRow[]>;

/** @param batches oldest first */
export function rowsByKey(batches: readonly BatchRows[]): RowsByKey {
  const found = new Map<string, RawRow | RawRow[]>();
  for (const { rows } of batches) {
    for (const row of rows) {
      const other = found.get(row.sourceId);
      if (other === undefined) found.set(row.sourceId, row);
      else if (Array.isArray(other)) other.push(row);
      else found.set(row.sourceId, [other, row]);
    }
  }
  return found;
}

/** Told what each row comes to, and what it was compared with. */
export type RowCounter = (row: RawRow, decision: Decision, before: StoredVersion | RawRow | undefined) => void;

/**
 * Decides about the rows of a key, batch after batch, as if each batch had been stored before the next was compared. All
 * but the newest row of a batch are stale.
 * @returns undefined if nothing of the key is to be written
 */
export function planKey(
  rows: RawRow | readonly RawRow[],
  stored: StoredVersion | undefined,
  count: RowCounter,
): KeyPlan | undefined {
  if (!isList(rows)) {
    const decision = decide(rows, stored);
    count(rows, decision, stored);
    if (changesContent(decision)) return { stored, changes: [{ row: rows, decision, before: stored }], row: rows };
    return decision === 'unchanged' && confirms(rows, stored) ? { stored, changes: [], row: rows } : undefined;
  }
  const changes: Change[] = [];
  let state: StoredVersion | RawRow | undefined = stored;
  let last: RawRow | undefined;
  for (const group of byBatch(rows)) {
    const row = newestOf(group);
    for (let others = group.length - 1; others > 0; others--) count(row, 'stale', undefined);
    const decision = decide(row, state);
    count(row, decision, state);
    if (changesContent(decision)) changes.push({ row, decision, before: state });
    else if (decision !== 'unchanged' || !confirms(row, state)) continue;
    state = last = row;
  }
  return last === undefined ? undefined : { stored, changes, row: last };
}

function isList(rows: RawRow | readonly RawRow[]): rows is readonly RawRow[] {
  return Array.isArray(rows);
}

function changesContent(decision: Decision): decision is Change['decision'] {
  return decision !== 'unchanged' && decision !== 'stale';
}

/**
 * True if the row says again, and later, what is stored, and has no date of its own. It is then as old as its batch,
 * and so must the stored one be: else a late batch from between would pass for newer.
 */
function confirms(row: RawRow, stored: RowVersion | undefined): boolean {
  return stored !== undefined && row.updatedDate === null && compareVersions(row, stored) > 0;
}

function byBatch(rows: readonly RawRow[]): [RawRow, ...RawRow[]][] {
  const groups: [RawRow, ...RawRow[]][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].batch === row.batch) last.push(row);
    else groups.push([row]);
  }
  return groups;
}
