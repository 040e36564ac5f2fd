import { instantOfBatch, type BatchId, type Instant } from '../../core/time.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { BatchRows } from '../store/plan-rows.ts';
import type { RawTarget } from '../store/raw-target.ts';
import { rowColumns, rowText } from '../rows/row-state.ts';
import type { RawRow } from '../rows/row-parser.ts';
import type { EventFacts } from '../rows/event.ts';
import { noteSpellings, type Spelling } from './spellings.repository.ts';
import { TouchList } from './touches.repository.ts';

/** A stored event: where it came from, and whom it concerns. */
interface StoredEvent {
  readonly hash: string;
  readonly batch: BatchId;
  readonly row: number;
  readonly changeNo: number;
  readonly facts: { readonly emailSha256: string | null; readonly emailMd5: string | null; readonly contactId: string | null };
}

interface Replacement {
  readonly row: RawRow;
  readonly stored: StoredEvent;
}

const STORED_COLUMNS = ['source_id', 'row_hash', 'lake_batch', 'lake_row', 'change_no', 'email_sha256', 'email_md5', 'contact_id'];

/**
 * Adds the events that are not stored yet, with a touch for each person they concern. Of several deliveries of one event
 * the first counts (the earliest batch, then the earliest row), whatever order they arrive in; the others are stale, or
 * unchanged if another batch says the same again. Adds to the counts.
 */
export async function applyEvents(target: RawTarget, batches: readonly BatchRows[]): Promise<void> {
  for (const { rows, counts } of batches) if (rows.length > 0) await applyBatch(target, rows, counts);
}

async function applyBatch(target: RawTarget, rows: readonly RawRow[], counts: ImportCounts): Promise<void> {
  const { database, tx, entity, brand, changeNo } = target;
  const firsts = firstByKey(rows);
  counts.stale += rows.length - firsts.size;
  const keys = [...firsts.keys()].sort();
  const texts = keys.map((key) => rowText(entity, brand, firsts.get(key) as RawRow, changeNo));
  const written = await database.dialect.bulkInsertMissing(tx, { table: entity.table, columns: rowColumns(entity), rows: texts });
  // Most chunks hold no event that is stored already: only for the others is it looked up which.
  const stored = written === keys.length ? undefined : await storedEvents(target, keys);
  const touches = new TouchList(entity.name);
  const replacements: Replacement[] = [];
  for (const key of keys) {
    const row = firsts.get(key) as RawRow;
    const before = stored?.get(key);
    if (before === undefined || isSame(row, before, changeNo)) {
      counts.inserted++;
      touches.add(row);
    } else if (repeat(row, before, changeNo, counts)) {
      replacements.push({ row, stored: before });
      if (changesFacts(entity.name, row, before)) {
        touches.again(before.facts);
        if (row.event !== undefined) touches.again(row.event);
      }
    }
  }
  await replaceEvents(target, replacements);
  await touches.write(target, chunkName(target, rows));
  await noteSpellings(target, rows.flatMap(({ event }) => spellingOf(event)));
}

/** The address of an objection, if its mailbox has several spellings. */
function spellingOf(event: EventFacts | undefined): Spelling[] {
  if (event === undefined || event.mailboxSha256 === null || event.emailSha256 === null) return [];
  return [{ mailboxSha256: event.mailboxSha256, emailSha256: event.emailSha256 }];
}

/** A row of a batch is in one chunk of a run only. */
function chunkName({ entity, changeNo }: RawTarget, rows: readonly RawRow[]): string {
  const [first] = rows;
  return [changeNo, entity.name, first?.batch, first?.row].join('.');
}

/** True if the stored event is the row that was just written. */
function isSame(row: RawRow, stored: StoredEvent, changeNo: number): boolean {
  return stored.changeNo === changeNo && stored.batch === row.batch && stored.row === row.row;
}

/** The first row of each event. */
function firstByKey(rows: readonly RawRow[]): Map<string, RawRow> {
  const firsts = new Map<string, RawRow>();
  for (const row of rows) {
    const other = firsts.get(row.sourceId);
    if (other === undefined || precedes(row, other)) firsts.set(row.sourceId, row);
  }
  return firsts;
}

function precedes(a: { batch: BatchId; row: number }, b: { batch: BatchId; row: number }): boolean {
  return a.batch < b.batch || (a.batch === b.batch && a.row < b.row);
}

async function storedEvents(target: RawTarget, keys: readonly string[]): Promise<Map<string, StoredEvent>> {
  const { entity, brand, database, tx } = target;
  const lookup = { table: entity.table, brand, keyColumn: 'source_id', keys, columns: STORED_COLUMNS };
  return new Map((await database.dialect.findByKeys(tx, lookup)).map((values) => [String(values[0]), storedEvent(values)]));
}

function storedEvent([, hash, batch, row, changeNo, emailSha256, emailMd5, contactId]: StoredValues): StoredEvent {
  return {
    hash: hash as string,
    batch: batch as BatchId,
    row: Number(row),
    changeNo: Number(changeNo),
    facts: { emailSha256: emailSha256 as string | null, emailMd5: emailMd5 as string | null, contactId: contactId as string | null },
  };
}

/** Counts another delivery of a stored event; true if it takes the place of the stored one. */
function repeat(row: RawRow, stored: StoredEvent, changeNo: number, counts: ImportCounts): boolean {
  const same = row.hash === stored.hash;
  const samePlace = row.batch === stored.batch && row.row === stored.row;
  const ownBatch = row.batch === stored.batch && stored.changeNo === changeNo;
  if (samePlace || precedes(row, stored)) {
    // A row of this batch, and this run, that was taken for the first was counted as inserted: it is the stale one now.
    if (ownBatch && !samePlace) counts.stale++;
    else if (same) counts.unchanged++;
    else counts.updated++;
    return !(same && samePlace);
  }
  if (same && row.batch !== stored.batch) counts.unchanged++;
  else counts.stale++;
  return false;
}

/** Whether the replacement says anything else about a person; an earlier export of a future event, or of one without a true date, does. */
function changesFacts(event: string, row: RawRow, stored: StoredEvent): boolean {
  return row.hash !== stored.hash || event === 'unsubscribe' || (row.event?.occurredAt ?? ('' as Instant)) > instantOfBatch(row.batch);
}

async function replaceEvents(target: RawTarget, replacements: readonly Replacement[]): Promise<void> {
  const { database, tx, entity, brand, changeNo } = target;
  const rows = replacements.map(({ row, stored }) => rowText(entity, brand, row, row.hash === stored.hash ? stored.changeNo : changeNo));
  await database.dialect.bulkReplace(tx, { table: entity.table, columns: rowColumns(entity), rows, replaced: rows.length });
}
