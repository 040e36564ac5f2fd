import type { BatchId } from '../../../core/time.ts';
import type { StoredValues } from '../../../db/dialect.ts';
import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import { noteEvents, storedSubject, SUBJECT_COLUMNS, type ChangedEvent, type StoredSubject } from '../../events/events.repository.ts';
import { decodeRow } from '../../../core/text/row-text.ts';
import { ownerColumns, ownerOf } from '../../rows/owner.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { noteOwners } from '../../store/changes.repository.ts';
import { rowColumns, rowText } from '../../store/table-row.ts';
import type { BatchRows, RawTarget } from '../../store/raw-target.ts';
import { decideDelivery, firstOf, type StoredDelivery } from './delivery.ts';

/** A stored event: where it came from, and whom it concerns. */
interface StoredEvent extends StoredDelivery {
  readonly subject: StoredSubject;
}

interface Replacement extends ChangedEvent {
  readonly before: StoredEvent;
}

const DELIVERY_COLUMNS = ['source_id', 'row_hash', 'lake_batch', 'lake_row', 'change_no'];

/**
 * Adds the events that are not stored yet, and notes whom they concern; one that was delivered earlier than the stored one
 * takes its place. Adds to the counts.
 */
export async function applyEvents(target: RawTarget, batches: readonly BatchRows[]): Promise<void> {
  for (const { rows, counts } of batches) if (rows.length > 0) await applyBatch(target, rows, counts);
}

async function applyBatch(target: RawTarget, rows: readonly RawRow[], counts: ImportCounts): Promise<void> {
  const { database, tx, entity, brand, changeNo } = target;
  const firsts = firstOf(rows);
  counts.stale += rows.length - firsts.size;
  const keys = [...firsts.keys()].sort();
  const texts = keys.map((key) => rowText(entity, brand, firsts.get(key) as RawRow, changeNo));
  const written = await database.dialect.bulkInsertMissing(tx, { table: entity.table, columns: rowColumns(entity), rows: texts });
  // Most chunks hold no event that is stored already: only for the others is it looked up which.
  const stored = written === keys.length ? undefined : await storedEvents(target, keys);
  const added: RawRow[] = [];
  const replacements: Replacement[] = [];
  for (const key of keys) {
    const row = firsts.get(key) as RawRow;
    const before = stored?.get(key);
    const decision = before && decideDelivery(row, before, changeNo);
    const counted = decision?.counted ?? 'inserted';
    counts[counted]++;
    if (counted === 'inserted') added.push(row);
    if (before !== undefined && decision?.replaces === true) replacements.push({ row, before });
  }
  await replaceEvents(target, replacements);
  if (target.entity.recipient === undefined) await noteOwnersOf(target, [...added, ...replacements.flatMap(({ row, before }) => (row.hash === before.hash ? [] : [row]))]);
  else await noteEvents(target, rows, added, replacements);
}

/** Of events that concern nobody by themselves: whose facts they are. */
async function noteOwnersOf(target: RawTarget, rows: readonly RawRow[]): Promise<void> {
  const columns = ownerColumns(target.entity);
  await noteOwners(target, new Set(rows.map(({ text }) => ownerOf(columns, decodeRow(text)))));
}

async function storedEvents(target: RawTarget, keys: readonly string[]): Promise<Map<string, StoredEvent>> {
  const { entity, brand, database, tx } = target;
  const lookup = { table: entity.table, brand, keyColumn: 'source_id', keys, columns: [...DELIVERY_COLUMNS, ...(entity.recipient === undefined ? [] : SUBJECT_COLUMNS)] };
  return new Map((await database.dialect.findByKeys(tx, lookup)).map((values) => [String(values[0]), storedEvent(values)]));
}

function storedEvent([, hash, batch, row, changeNo, ...subject]: StoredValues): StoredEvent {
  return { hash: hash as string, batch: batch as BatchId, row: Number(row), changeNo: Number(changeNo), subject: storedSubject(subject) };
}

async function replaceEvents(target: RawTarget, replacements: readonly Replacement[]): Promise<void> {
  const { database, tx, entity, brand, changeNo } = target;
  const rows = replacements.map(({ row, before }) => rowText(entity, brand, row, row.hash === before.hash ? before.changeNo : changeNo));
  await database.dialect.bulkReplace(tx, { table: entity.table, columns: rowColumns(entity), rows, replaced: rows.length });
}
