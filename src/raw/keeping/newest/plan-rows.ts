import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { isDatedByBatch, type RowVersion } from '../../rows/version.ts';
import type { BatchRows } from '../../store/raw-target.ts';
import { compareVersions, decide, newestOf, type Decision } from './decide.ts';

/** What is stored under a key, as far as it decides. */
export interface StoredVersion extends RowVersion {
  readonly sourceId: string;
  readonly changeNo: number;
}

/** A row that takes the place of what was there before. */
export interface Change<Row = RawRow, Stored = StoredVersion> {
  readonly row: Row;
  readonly decision: 'insert' | 'update' | 'delete';
  /** The stored row, a row of an earlier batch that is not written yet, or nothing. */
  readonly before: Stored | Row | undefined;
}

/** What becomes of one key. */
export interface KeyPlan<Row = RawRow, Stored = StoredVersion> {
  readonly stored: Stored | undefined;
  /** Oldest batch first; none if the key's content stays. */
  readonly changes: readonly Change<Row, Stored>[];
  /** The row to be written. */
  readonly row: Row;
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

/** What a row is counted as. */
export const COUNTED_AS: Record<Decision, keyof ImportCounts> = {
  insert: 'inserted',
  update: 'updated',
  delete: 'deleted',
  unchanged: 'unchanged',
  stale: 'stale',
};

/** Told what each row comes to, and what it was compared with. */
export type RowCounter<Row = RawRow, Stored = StoredVersion> = (row: Row, decision: Decision, before: Stored | Row | undefined) => void;

/**
 * Decides about the rows of a key, batch after batch, as if each batch had been stored before the next was compared. All
 * but the newest row of a batch are stale.
 * @param givesWay what is stored gives way to the rows, which are of one batch, whatever their dates say
 * @returns undefined if nothing of the key is to be written
 */
export function planKey<Row extends RowVersion = RawRow, Stored extends RowVersion = StoredVersion>(
  rows: Row | readonly Row[],
  stored: Stored | undefined,
  count: RowCounter<Row, Stored>,
  givesWay = false,
): KeyPlan<Row, Stored> | undefined {
  if (!isList(rows)) {
    const decision = decide(rows, stored, givesWay);
    count(rows, decision, stored);
    if (changesContent(decision)) return { stored, changes: [{ row: rows, decision, before: stored }], row: rows };
    return decision === 'unchanged' && confirms(rows, stored) ? { stored, changes: [], row: rows } : undefined;
  }
  const changes: Change<Row, Stored>[] = [];
  let state: Stored | Row | undefined = stored;
  let last: Row | undefined;
  for (const group of byBatch(rows)) {
    const row = newestOf(group);
    for (let others = group.length - 1; others > 0; others--) count(row, 'stale', undefined);
    const decision = decide(row, state, givesWay);
    count(row, decision, state);
    if (changesContent(decision)) changes.push({ row, decision, before: state });
    else if (decision !== 'unchanged' || !confirms(row, state)) continue;
    state = last = row;
  }
  return last === undefined ? undefined : { stored, changes, row: last };
}

function isList<Row extends RowVersion>(rows: Row | readonly Row[]): rows is readonly Row[] {
  return Array.isArray(rows);
}

function changesContent(decision: Decision): decision is Change['decision'] {
  return decision !== 'unchanged' && decision !== 'stale';
}

/**
 * True if the row says again, and later, what is stored, and the stored one is only as old as its batch. It must then be
 * as old as the later one: else a late batch from between would pass for newer.
 */
function confirms(row: RowVersion, stored: RowVersion | undefined): boolean {
  return stored !== undefined && isDatedByBatch(stored) && compareVersions(row, stored) > 0;
}

function byBatch<Row extends RowVersion>(rows: readonly Row[]): [Row, ...Row[]][] {
  const groups: [Row, ...Row[]][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].batch === row.batch) last.push(row);
    else groups.push([row]);
  }
  return groups;
}
