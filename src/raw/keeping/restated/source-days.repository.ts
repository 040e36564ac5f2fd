import { encodeRow } from '../../../core/text/row-text.ts';
import type { BatchId } from '../../../core/time.ts';
import type { TableSpec } from '../../../db/schema.ts';
import type { RawTarget } from '../../store/raw-target.ts';
import type { StatedBatch } from './statement.ts';
import type { StatedSlice } from './survey.ts';
import type { KnownStatement } from './verdict.ts';

/** What stated each slice last: an account's day, or all of it (day null). A day is not final while it can be stated again. */
export const sourceDays: TableSpec = {
  name: 'source_days',
  columns: {
    brand: 'key!',
    source: 'key!',
    stream: 'key!',
    slice_id: 'key!',
    account: 'text!',
    day: 'date',
    batch: 'key!',
    rows_stated: 'integer!',
    checksum: 'key!',
    change_no: 'integer!',
  },
  primaryKey: ['brand', 'source', 'stream', 'slice_id'],
};

interface SourceDayRow {
  brand: string;
  source: string;
  stream: string;
  slice_id: string;
  batch: BatchId;
  rows_stated: number;
  checksum: string;
}

const COLUMNS = Object.keys(sourceDays.columns);
const SLICES_PER_LOOKUP = 500;

/** What stated these slices of the target last, by the slice's id. */
export async function knownStatements({ tx, brand, entity }: RawTarget, ids: readonly string[]): Promise<Map<string, KnownStatement>> {
  const known = new Map<string, KnownStatement>();
  for (let start = 0; start < ids.length; start += SLICES_PER_LOOKUP) {
    const rows = await tx<SourceDayRow>(sourceDays.name)
      .where({ brand, source: entity.feed, stream: entity.name })
      .whereIn('slice_id', ids.slice(start, start + SLICES_PER_LOOKUP))
      .select('slice_id', 'batch', 'rows_stated', 'checksum');
    for (const { slice_id: id, batch, rows_stated: count, checksum } of rows) known.set(id, { batch, rows: count, checksum });
  }
  return known;
}

/** Remembers that the batch stated these slices, or added rows to them. @param known those that had been stated before */
export async function rememberStatement(target: RawTarget, { batch, isReplay = false }: StatedBatch, slices: readonly StatedSlice[], known: ReadonlyMap<string, KnownStatement>): Promise<void> {
  const { database, tx, brand, entity, changeNo } = target;
  const rows = [...slices]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((slice) => {
      const { id, account, day } = slice;
      const before = known.get(id);
      // What was there and what was added, in this order, no batch states at once.
      const { rows: count, checksum } = isReplay && before?.batch === batch ? { rows: before.rows + slice.rows, checksum: '' } : slice;
      return encodeRow([brand, entity.feed, entity.name, id, account.join('/'), day, batch, String(count), checksum, String(changeNo)]);
    });
  const replaced = slices.filter(({ id }) => known.has(id)).length;
  await database.dialect.bulkReplace(tx, { table: sourceDays.name, columns: COLUMNS, rows, replaced });
}
