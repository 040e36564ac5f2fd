import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import { checksum } from '../../core/hash.ts';
import type { RunId } from '../../core/ids.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { BatchId, Clock, Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { whereKeyBegins } from '../../db/key-lookup.ts';
import type { BatchKey } from '../../engine/runs/import-batches.repository.ts';

/** Why rows are rejected. */
export const rejectCodes = ['ambiguous_shift', 'invalid_value', 'missing_value', 'several_rows', 'unrepairable', 'invalid_utf8', 'nul_byte', 'record_too_long', 'day_held'] as const;

export type RejectCode = (typeof rejectCodes)[number];

export type RejectStatus = 'open' | 'replayed' | 'discarded';

/** A row that could not be stored, with its place and the reason. */
export interface Reject {
  readonly part: string;
  /** 1-based line of the part. */
  readonly line: number;
  /** Position of the row in its batch, from 1. */
  readonly row: number;
  readonly sourceId: string | null;
  readonly code: RejectCode;
  readonly column: string | null;
  /** A sentence; it may show the value. Stored, never logged. */
  readonly reason: string;
  readonly header: readonly string[];
  /** True: `raw` is a line of CSV. False: a JSON array of the fields of a query result. */
  readonly csv: boolean;
  /**
   * Of a file in a form of its own. `mapped`: the row that was made of it, whose values are in the contract's form only if they stand where
   * they should, so that no repair may move them. `unmapped`: its own fields, which stand under no header of the contract.
   */
  readonly form?: 'mapped' | 'unmapped';
  readonly raw: string;
}

/** A row that was mended, before and after. */
export interface Repair {
  readonly part: string;
  readonly line: number;
  readonly sourceId: string | null;
  readonly edits: unknown;
  readonly before: string;
  readonly after: readonly (string | null)[];
}

/** A row of rejected_rows. */
export interface RejectedRow {
  rejected_id: string;
  feed: string;
  brand: string;
  entity: string;
  batch: BatchId;
  part: string;
  line: number;
  row_no: number;
  source_id: string | null;
  code: RejectCode;
  column_name: string | null;
  reason: string;
  header: string;
  raw: string;
  status: RejectStatus;
  run_id: RunId;
  rejected_at: Instant;
  resolved_at: Instant | null;
  resolved_run: string | null;
}

const REJECT_COLUMNS = [
  ...['rejected_id', 'feed', 'brand', 'entity', 'batch', 'part', 'line', 'row_no', 'source_id', 'code', 'column_name'],
  ...['reason', 'header', 'raw', 'status', 'run_id', 'rejected_at', 'resolved_at', 'resolved_run'],
];
const REPAIR_COLUMNS = [
  ...['repair_id', 'feed', 'brand', 'entity', 'batch', 'part', 'line', 'source_id', 'edits', 'before_row', 'after_row'],
  ...['run_id', 'repaired_at'],
];

/**
 * Stores what a batch rejected and repaired, in place of what an earlier import of the same batch left. A row that
 * somebody discarded stays discarded if it comes again as it was.
 */
export async function saveExceptions(
  database: Database,
  tx: Transaction,
  key: BatchKey,
  rejects: readonly Reject[],
  repairs: readonly Repair[],
  runId: RunId,
  clock: Clock,
): Promise<void> {
  const place = { feed: key.feed, brand: key.brand, entity: key.entity, batch: key.batch };
  const earlier = await tx<RejectedRow>('rejected_rows').where(place).select('rejected_id', 'status', 'resolved_at', 'resolved_run');
  const discarded = new Map(earlier.filter((row) => row.status === 'discarded').map((row) => [row.rejected_id, row]));
  if (earlier.length > 0) await tx('rejected_rows').where(place).delete();
  await tx('row_repairs').where(place).delete();
  const at = clock.now();
  const rejectIds = occurrenceIds(key, rejects.map((reject) => reject.raw));
  const rejectLines = rejects.map((reject, index) => {
    const kept = discarded.get(rejectIds[index] ?? '');
    return encodeRow([
      rejectIds[index] ?? '',
      key.feed,
      key.brand,
      key.entity,
      key.batch,
      reject.part,
      String(reject.line),
      String(reject.row),
      reject.sourceId,
      reject.code,
      reject.column,
      reject.reason,
      JSON.stringify({ columns: reject.header, csv: reject.csv, ...(reject.form === undefined ? {} : { form: reject.form }) }),
      reject.raw,
      kept?.status ?? 'open',
      runId,
      at,
      kept?.resolved_at ?? null,
      kept?.resolved_run ?? null,
    ]);
  });
  await database.dialect.bulkReplace(tx, { table: 'rejected_rows', columns: REJECT_COLUMNS, rows: rejectLines, replaced: 0 });
  const repairIds = occurrenceIds(key, repairs.map((repair) => repair.before));
  const repairLines = repairs.map((repair, index) =>
    encodeRow([
      repairIds[index] ?? '',
      key.feed,
      key.brand,
      key.entity,
      key.batch,
      repair.part,
      String(repair.line),
      repair.sourceId,
      JSON.stringify(repair.edits),
      repair.before,
      JSON.stringify(repair.after),
      runId,
      at,
    ]),
  );
  await database.dialect.bulkReplace(tx, { table: 'row_repairs', columns: REPAIR_COLUMNS, rows: repairLines, replaced: 0 });
}

export interface RejectFilter {
  readonly brands?: readonly string[] | undefined;
  readonly entities?: readonly string[] | undefined;
  readonly code?: string | undefined;
  readonly status?: RejectStatus | undefined;
  /** Ids, or beginnings of ids. */
  readonly ids?: readonly string[] | undefined;
  readonly limit?: number | undefined;
}

/** Rejected rows by place; newest batches first. */
export async function listRejects(database: Database, filter: RejectFilter): Promise<RejectedRow[]> {
  return database.read((knex) => {
    const query = knex<RejectedRow>('rejected_rows').orderBy([{ column: 'batch', order: 'desc' }, 'brand', 'entity', 'part', 'line']);
    void query.where((rows) => addFilter(rows, filter));
    const { limit } = filter;
    return limit === undefined ? query : query.limit(limit);
  });
}

/**
 * One rejected row by its id or the beginning of it.
 * @throws HubError usage if none or several match
 */
export async function findReject(database: Database, id: string): Promise<RejectedRow> {
  const rows = await listRejects(database, { ids: [id], limit: 2 });
  const [row] = rows;
  if (row && rows.length === 1) return row;
  throw new HubError('usage', 'reject_unknown', row ? `Several rejected rows begin with "${id}".` : `There is no rejected row "${id}".`, {
    nextStep: 'List them with: hub quarantine list',
  });
}

/** How many of the rows that the filter leaves lie in quarantine, by place and reason; its limit does not count. */
export async function countRejects(database: Database, filter: RejectFilter): Promise<RejectCount[]> {
  return database.read((knex) =>
    knex<RejectedRow>('rejected_rows')
      .where((rows) => addFilter(rows, filter))
      .groupBy('brand', 'entity', 'code', 'column_name', 'status')
      .orderBy(['brand', 'entity', 'code', 'column_name', 'status'])
      .select('brand', 'entity', 'code', 'column_name', 'status')
      .count({ rows: '*' }),
  );
}

/** Rejected rows of one place, reason and status. */
export interface RejectCount extends Pick<RejectedRow, 'brand' | 'entity' | 'code' | 'column_name' | 'status'> {
  readonly rows: number;
}

function addFilter(query: Knex.QueryBuilder, { brands, entities, code, status, ids }: RejectFilter): void {
  const wanted = { brand: brands, entity: entities, code: code && [code], status: status && [status] };
  for (const [column, values] of Object.entries(wanted)) {
    if (values) void query.whereIn(column, values);
  }
  if (ids === undefined) return;
  void query.where((any) => {
    for (const id of ids) void any.orWhere((one) => void whereKeyBegins(one, 'rejected_id', id));
  });
}

/** Marks rows as replayed or discarded. */
export async function resolveRejects(
  tx: Transaction,
  ids: readonly string[],
  status: 'replayed' | 'discarded',
  runId: RunId,
  clock: Clock,
): Promise<void> {
  for (const id of ids) {
    await tx<RejectedRow>('rejected_rows')
      .where({ rejected_id: id })
      .update({ status, resolved_at: clock.now(), resolved_run: runId });
  }
}

/** Ids that are the same whenever the batch is imported: over the place and the raw text, and the how-manieth it is. */
function occurrenceIds(key: BatchKey, texts: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const occurrence = (seen.get(text) ?? 0) + 1;
    seen.set(text, occurrence);
    return checksum(encodeRow([key.feed, key.brand, key.entity, key.batch, text, String(occurrence)]));
  });
}
