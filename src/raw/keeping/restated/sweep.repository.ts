import { oneSpelling } from '../../../core/decimal.ts';
import { encodeRow, encodeValue } from '../../../core/text/row-text.ts';
import { instantOfBatch, type BatchId, type Instant } from '../../../core/time.ts';
import { textOf } from '../../../db/dialect.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import { keysOf } from '../../../sources/streams/index.ts';
import { ownerColumns, ownerOf } from '../../rows/owner.ts';
import { storedColumns } from '../../rows/table.ts';
import { rowHash } from '../../rows/version.ts';
import { noteOwners } from '../../store/changes.repository.ts';
import { auditName, type RawTarget } from '../../store/raw-target.ts';
import { rowColumns } from '../../store/table-row.ts';
import { changedFields, stateColumns } from '../newest/row-state.ts';
import { sliceOf } from './slices.ts';
import { knownStatements } from './source-days.repository.ts';
import { isOlderThan, type SweptRow } from './sweep.ts';
import { shrinksTooMuch } from '../../store/shrink.ts';

const ROWS_PER_PAGE = 2_000;

/** What a list of all keys says of the records of a stream and account that are stored. */
export interface Sweep {
  /** Records that are not deleted. */
  readonly live: number;
  /** The keys of those that the list does not have, and that are older than it. */
  readonly gone: readonly string[];
}

/** Tells which of some keys the list has. */
type Listed = (keys: readonly string[]) => Promise<(key: string) => boolean> | ((key: string) => boolean);

/** Holds what is stored of a stream against a list of all of its keys; nothing is written. */
export async function readSweep({ database, tx, brand }: RawTarget, stream: Entity, account: string, batch: BatchId, listed: Listed): Promise<Sweep> {
  const gone: string[] = [];
  let live = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows = await database.dialect.selectRows(
      tx,
      `select source_id, account, deleted_at, lake_batch, updated_date from ${stream.table} where brand = ? and source_id > ? order by source_id limit ${ROWS_PER_PAGE}`,
      [brand, after],
    );
    const own = rows.flatMap(([key, of, deletedAt, lakeBatch, updated]): SweptRow[] => (of === account && deletedAt === null ? [{ key: String(key), batch: String(lakeBatch) as BatchId, updatedDate: textOf(updated) as Instant | null }] : []));
    live += own.length;
    const old = own.filter((row) => isOlderThan(batch, row)).map(({ key }) => key);
    const isListed = await listed(old);
    gone.push(...old.filter((key) => !isListed(key)));
    after = rows.length < ROWS_PER_PAGE ? undefined : String(rows.at(-1)?.[0]);
  }
  return { live, gone };
}

/**
 * Deletes records as of a sweep: their rows stay, with `deleted_at`, so that a batch after it can bring one back, and none before
 * it. With an audit entry each; the stages after raw take them up.
 */
export async function deleteSwept(target: RawTarget, stream: Entity, batch: BatchId, keys: readonly string[]): Promise<void> {
  const { database, tx, brand, changeNo, audit } = target;
  const columns = stateColumns(stream);
  const own = storedColumns(stream).length + 1;
  const owners = ownerColumns(stream);
  const deletedAt = instantOfBatch(batch);
  for (let start = 0; start < keys.length; start += ROWS_PER_PAGE) {
    const found = await database.dialect.findByKeys(tx, { table: stream.table, brand, keyColumn: 'source_id', keys: keys.slice(start, start + ROWS_PER_PAGE), columns: columns.map(({ name }) => name) });
    const before = found.map((values) => values.map((value, index) => oneSpelling(value, columns[index]?.decimal === true)));
    await audit.write(database, tx, before.map((state) => ({ brand, entity: auditName(stream), entityId: String(state[0]), action: 'delete' as const, delta: changedFields(columns, state, [...state.slice(0, own), deletedAt, batch]) })));
    const rows = before.map((state) => {
      const text = encodeRow(state.slice(0, own));
      return `${encodeValue(brand)}\t${text}\t${encodeRow([rowHash(text, true), deletedAt, batch, '0', String(changeNo)])}`;
    });
    await database.dialect.bulkReplace(tx, { table: stream.table, columns: rowColumns(stream), rows, replaced: rows.length });
    await noteOwners({ ...target, entity: stream }, new Set(before.map((state) => ownerOf(owners, state))));
  }
}

/**
 * Deletes what batches have brought that are older than the newest list of keys and came after it, in the transaction that
 * stores them; of a stream whose keys are not listed, nothing. More than 30 % of the stream is left to the next list.
 */
export async function sweepLate(target: RawTarget, account: string | undefined, batches: readonly BatchId[]): Promise<void> {
  const { database, tx, brand, entity: stream } = target;
  const keys = keysOf(stream);
  if (keys === undefined || account === undefined) return;
  const slice = sliceOf([account], null);
  const known = (await knownStatements({ ...target, entity: keys }, [slice.id])).get(slice.id);
  if (known === undefined || !batches.some((batch) => batch < known.batch)) return;
  const { live, gone } = await readSweep(target, stream, account, known.batch, async (some) => {
    const found = await database.dialect.findByKeys(tx, { table: keys.table, brand, keyColumn: 'source_id', keys: some, columns: ['source_id'] });
    const listed = new Set(found.map(([key]) => String(key)));
    return (key) => listed.has(key);
  });
  if (target.allowShrink === true || !shrinksTooMuch(gone.length, live)) await deleteSwept(target, stream, known.batch, gone);
}
