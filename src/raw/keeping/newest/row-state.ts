import { parseDecimal } from '../../../core/decimal.ts';
import { decodeRow, decodeValue, encodeValue } from '../../../core/text/row-text.ts';
import type { BatchId, Instant } from '../../../core/time.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { storedColumns } from '../../rows/table.ts';
import { deletedAt, rowColumns } from '../../store/table-row.ts';
import type { RowVersion } from '../../rows/version.ts';

const NULL = encodeValue(null);
const [TAB, BACKSLASH, N] = [9, 92, 78];
/** Hash, deleted_at, batch, row and change number. */
const SYSTEM_VALUES = 5;

/** A column of a row's state. */
export interface StateColumn {
  readonly name: string;
  readonly decimal: boolean;
}

/** The columns that make the state of a row, as audit deltas show it: its batch too, so the first delta tells how it came. */
export function stateColumns(entity: Entity): StateColumn[] {
  const own = storedColumns(entity).map(({ sql, kind }) => ({ name: sql, decimal: kind === 'decimal' }));
  return [...own, ...['extra', 'deleted_at', 'lake_batch'].map((name) => ({ name, decimal: false }))];
}

/** The state of a row that came, in the order of stateColumns. */
export function stateValues(row: RawRow): (string | null)[] {
  return [...decodeRow(row.text), deletedAt(row), row.batch];
}

/** What decides about a row, and its text. */
export interface TextRow extends RowVersion {
  /** The key as it stands in the text. */
  readonly sourceId: string;
  readonly line: string;
}

/** Reads row texts (store/table-row.ts). */
export interface RowTexts {
  row(line: string): TextRow;
  /** The row as it was parsed. */
  raw(line: string): RawRow;
  /** The state of the row, in the order of stateColumns. */
  state(line: string): (string | null)[];
  /** The delta between the states of two rows. */
  delta(before: string, after: string): unknown;
}

/** For the row texts of an entity. */
export function rowTexts(entity: Entity): RowTexts {
  const columns = stateColumns(entity);
  const own = storedColumns(entity);
  // The brand stands first, then the own columns and extra, then what rowText adds.
  const hash = 1 + own.length + 1;
  const ofValues = [undefined, ...columns.slice(0, hash - 1), undefined, ...columns.slice(hash - 1)];
  // UpdatedDate stands near the end, and all else that decides about a row.
  const read = rowColumns(entity).length - 1 - own.findIndex(({ sql }) => sql === 'updated_date');
  const rowOf = (line: string): TextRow => {
    const values = lastValues(line, read);
    const [dated] = values;
    const [rowHash = '', deletedAt, batch, row] = values.slice(-SYSTEM_VALUES);
    return {
      sourceId: keyOfText(line),
      line,
      hash: rowHash,
      updatedDate: dated === NULL ? null : (dated as Instant),
      deleted: deletedAt !== NULL,
      batch: batch as BatchId,
      row: Number(row),
    };
  };
  return {
    row: rowOf,
    raw(line) {
      const { sourceId, hash, updatedDate, deleted, batch, row } = rowOf(line);
      const text = line.slice(line.indexOf('\t') + 1, endOfOwn(line));
      return { sourceId: decodeValue(sourceId) ?? '', text, hash, updatedDate, deleted, batch, row, event: undefined };
    },
    state(line) {
      const values = line.split('\t');
      return ofValues.flatMap((column, index) => (column === undefined ? [] : [decodeValue(values[index] ?? NULL)]));
    },
    delta(before, after) {
      const changed: StateColumn[] = [];
      const old: (string | null)[] = [];
      const now: (string | null)[] = [];
      // Most columns stay as they are: their values are not even read.
      eachDifference(before, after, ofValues.length, (index, from, to) => {
        const column = ofValues[index];
        if (column === undefined) return;
        changed.push(column);
        old.push(decodeValue(from));
        now.push(decodeValue(to));
      });
      return changedFields(changed, old, now);
    },
  };
}

/** Where the values end that are before those which rowText adds. */
function endOfOwn(line: string): number {
  let end = line.length;
  for (let tabs = 0; tabs < SYSTEM_VALUES; ) if (line.charCodeAt(--end) === TAB) tabs++;
  return end;
}

function lastValues(line: string, count: number): string[] {
  let start = line.length;
  for (let tabs = 0; tabs < count && start > 0; ) if (line.charCodeAt(--start) === TAB) tabs++;
  return line.slice(start + 1).split('\t');
}

/** Tells the values in which two texts differ, of the first so many, which others follow. */
function eachDifference(a: string, b: string, count: number, tell: (index: number, inA: string, inB: string) => void): void {
  for (let index = 0, inA = 0, inB = 0; index < count; index++, inA++, inB++) {
    const [startA, startB] = [inA, inB];
    let char = a.charCodeAt(inA);
    while (char === b.charCodeAt(inB) && char !== TAB) {
      char = a.charCodeAt(++inA);
      inB++;
    }
    if (char === TAB && b.charCodeAt(inB) === TAB) continue;
    inA = a.indexOf('\t', inA);
    inB = b.indexOf('\t', inB);
    tell(index, a.slice(startA, inA), b.slice(startB, inB));
  }
}

/** What is told of a row that stands alone. */
export type RowPlace = Pick<TextRow, 'batch' | 'deleted'>;

/** Tells the places of rows from the bytes of their texts: most rows stand alone, and no more of them is read. */
export class PlaceReader {
  #last = Buffer.alloc(0);
  #stored: RowPlace = { batch: '' as BatchId, deleted: false };
  #deleted: RowPlace = { batch: '' as BatchId, deleted: true };

  /** @param end where the text of the row ends */
  read(bytes: Buffer, end: number): RowPlace {
    const rowTab = tabBefore(bytes, tabBefore(bytes, end));
    const batchTab = tabBefore(bytes, rowTab);
    // The batch is mostly that of the row before.
    if (!holds(bytes, batchTab + 1, rowTab, this.#last)) {
      this.#last = Buffer.from(bytes.subarray(batchTab + 1, rowTab));
      const batch = this.#last.toString('latin1') as BatchId;
      this.#stored = { batch, deleted: false };
      this.#deleted = { batch, deleted: true };
    }
    const isNull = bytes[batchTab - 1] === N && bytes[batchTab - 2] === BACKSLASH && bytes[batchTab - 3] === TAB;
    return isNull ? this.#stored : this.#deleted;
  }
}

function tabBefore(bytes: Buffer, end: number): number {
  let at = end - 1;
  while (bytes[at] !== TAB) at--;
  return at;
}

function holds(bytes: Buffer, start: number, end: number, expected: Buffer): boolean {
  if (end - start !== expected.length) return false;
  // Batches of a feed differ in their last digits first.
  for (let index = expected.length - 1; index >= 0; index--) if (bytes[start + index] !== expected[index]) return false;
  return true;
}

/** The key of a row text, as it stands in it. */
export function keyOfText(line: string): string {
  const start = line.indexOf('\t') + 1;
  return line.slice(start, line.indexOf('\t', start));
}

/** What became of a value, in the form of jsondiffpatch: added, replaced, removed. */
type Delta = [string | null] | [string, string] | [string, 0, 0];

/** The delta between two states; only what differs is handed on, as most columns of an updated row stay as they are. */
export function changedFields(
  columns: readonly StateColumn[],
  before: readonly (string | null)[],
  after: readonly (string | null)[],
): unknown {
  const changed: Record<string, Delta> = {};
  const added: Record<string, Delta> = {};
  for (const [index, { name, decimal }] of columns.entries()) {
    const stored = before[index] ?? null;
    const from = decimal && stored !== null ? (parseDecimal(stored) ?? stored) : stored;
    const to = after[index] ?? null;
    if (from === to) continue;
    if (from === null) added[name] = [to];
    else changed[name] = to === null ? [from, 0, 0] : [from, to];
  }
  // As deltaBetween tells it: what was there comes first.
  const delta = { ...changed, ...added };
  return Object.keys(delta).length === 0 ? undefined : delta;
}
