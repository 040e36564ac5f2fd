import { parseDecimal } from '../core/decimal.ts';
import { decodeRow, decodeValue, encodeRow, encodeValue } from '../core/row-text.ts';
import type { BatchId, Instant } from '../core/time.ts';
import { deltaBetween } from '../runs/audit.repository.ts';
import type { Entity } from './contract.ts';
import type { RawRow } from './row-parser.ts';
import { storedColumns, systemColumns } from './table.ts';
import { effectiveInstant, type RowVersion } from './version.ts';

const NULL = encodeValue(null);

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

function deletedAt(row: RawRow): string | null {
  return row.deleted ? effectiveInstant(row) : null;
}

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

/** Reads row texts of the billing platform, as rowText makes them. */
export interface RowTexts {
  row(line: string): TextRow;
  /** The state of the row, in the order of stateColumns. */
  state(line: string): (string | null)[];
  /** The delta between the states of two rows. */
  delta(before: string, after: string): unknown;
}

/** For the row texts of an entity. */
export function rowTexts(entity: Entity): RowTexts {
  const columns = stateColumns(entity);
  const own = storedColumns(entity).length;
  const updatedDate = 1 + storedColumns(entity).findIndex(({ sql }) => sql === 'updated_date');
  // The brand stands first, then the own columns and extra, then what rowText adds.
  const hash = 1 + own + 1;
  const statePart = (values: readonly string[]): string[] => [...values.slice(1, hash), ...values.slice(hash + 1, hash + 3)];
  return {
    row(line) {
      const values = line.split('\t');
      const dated = values[updatedDate];
      return {
        sourceId: values[1] ?? '',
        line,
        hash: values[hash] ?? '',
        updatedDate: dated === NULL ? null : (dated as Instant),
        deleted: values[hash + 1] !== NULL,
        batch: values[hash + 2] as BatchId,
        row: Number(values[hash + 3]),
      };
    },
    state: (line) => statePart(line.split('\t')).map(decodeValue),
    delta(before, after) {
      const [old, now] = [statePart(before.split('\t')), statePart(after.split('\t'))];
      // Most columns stay as they are: their values are not even read.
      const changed = columns.flatMap((_, index) => (old[index] === now[index] ? [] : [index]));
      const of = (values: readonly string[]): (string | null)[] => changed.map((index) => decodeValue(values[index] ?? NULL));
      return changedFields(changed.map((index) => columns[index] as StateColumn), of(old), of(now));
    },
  };
}

/** What is told of a row that stands alone, without taking its text apart. */
export function placeOf(line: string): Pick<TextRow, 'batch' | 'deleted'> {
  const row = line.lastIndexOf('\t', line.lastIndexOf('\t') - 1);
  const batch = line.lastIndexOf('\t', row - 1);
  const deleted = line.lastIndexOf('\t', batch - 1);
  return { batch: line.slice(batch + 1, row) as BatchId, deleted: !line.startsWith(`${NULL}\t`, deleted + 1) };
}

/** The key of a row text, as it stands in it. */
export function keyOfText(line: string): string {
  const start = line.indexOf('\t') + 1;
  return line.slice(start, line.indexOf('\t', start));
}

/** The delta between two states; only what differs is handed on, as most columns of an updated row stay as they are. */
export function changedFields(
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
