import { HubError } from '../../../core/errors.ts';
import { decodeValue } from '../../../core/text/row-text.ts';
import type { BatchId } from '../../../core/time.ts';
import type { Database, Transaction } from '../../../db/database.ts';
import { rowTextsOf, type RowBytes } from '../../../db/dialect.ts';
import type { AuditEntry } from '../../../engine/records/audit.repository.ts';
import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import { CHUNK_ROWS } from '../../read/batch-reader.ts';
import { EVERYBODY, ownerColumns, ownerOf } from '../../rows/owner.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { rowColumns } from '../../store/table-row.ts';
import { noteOwners } from '../../store/changes.repository.ts';
import { auditName, type BatchRows, type RawTarget } from '../../store/raw-target.ts';
import { applyRows } from './apply-rows.repository.ts';
import type { Replacement } from './decided-rows.ts';
import type { SortedRows, TextCounter } from './sorted-rows.ts';
import { COUNTED_AS } from './plan-rows.ts';
import { keyOfText, rowTexts } from './row-state.ts';

/** Replaced rows that wait for the audit log at a time. */
const MOST_WAITING = 5_000;
/** Above so many rows one note stands for the owners of all of them (decision record 3). */
const MOST_OWNERS_NOTED = CHUNK_ROWS;
const everybody = `${EVERYBODY}\t`;

/**
 * Writes the rows of a feed of which nothing is stored, with an audit entry for each that replaced one of an earlier
 * batch. Adds to the counts of the batches.
 */
export async function writeNewRows(target: RawTarget, rows: SortedRows, batches: readonly Omit<BatchRows, 'rows'>[]): Promise<void> {
  const owners = rows.size > MOST_OWNERS_NOTED ? undefined : new Set<string>();
  await write(target, rows, batches, owners);
  await noteOwners(target, owners ?? [everybody]);
}

/**
 * Writes the rows of a first batch that has more of them than there is room for: as many as there is at a time; those
 * whose key came before are compared with what is stored by then. Adds to the counts.
 * @param rows the first of them
 * @param next reads those that follow; undefined after the last
 */
export async function writeNewBatch(
  target: RawTarget,
  rows: SortedRows,
  next: () => Promise<readonly RawRow[] | undefined>,
  { batch, counts }: Omit<BatchRows, 'rows'>,
): Promise<void> {
  let others: RawRow[] = [];
  const flush = async (): Promise<void> => {
    await write(target, rows, [{ batch, counts }], undefined);
    await rows.markWritten();
    await applyRows(target, [{ batch, counts, rows: others }]);
    others = [];
  };
  for (let more = await next(); more !== undefined; more = await next()) {
    others.push(...rows.add(more));
    if (others.length >= CHUNK_ROWS || !(await rows.makeRoom())) await flush();
  }
  await flush();
  await noteOwners(target, [everybody]);
}

/** True if the table holds no row of the brand. */
export async function isEmpty(database: Database, tx: Transaction, entity: Entity, brand: string): Promise<boolean> {
  return (await database.dialect.selectRows(tx, `select 1 from ${entity.table} where brand = ? limit 1`, [brand])).length === 0;
}

/**
 * Writes the rows as they are decided, and now and then what they replaced. A row that is stored after all makes it fail:
 * the load then replaces more rows than it is told to.
 * @param owners takes whose facts the rows are, and those that they replaced
 */
async function write(target: RawTarget, sortedRows: SortedRows, batches: readonly Omit<BatchRows, 'rows'>[], owners: Set<string> | undefined): Promise<void> {
  const { database, tx, entity, audit } = target;
  const decided = sortedRows.decided(counterOf(batches));
  const ownersOf = ownersReader(entity);
  const reading = { ended: false };
  while (!reading.ended) {
    const replaced: Replacement[] = [];
    async function* blocks(): AsyncGenerator<RowBytes> {
      for (let next = await decided.next(); next.done !== true; next = await decided.next()) {
        const { rows, replacements } = next.value;
        replaced.push(...replacements);
        if (owners !== undefined) for (const text of [...rowTextsOf(rows), ...replacements.map(({ before }) => before)]) owners.add(ownersOf(text));
        yield rows;
        if (replaced.length >= MOST_WAITING) return;
      }
      reading.ended = true;
    }
    const rows = { blocks: blocks(), isAscii: sortedRows.isAscii, replaced: 0 };
    await database.dialect.bulkLoad(tx, { table: entity.table, columns: rowColumns(entity), ...rows });
    await audit.write(database, tx, auditEntries(target, replaced));
  }
}

function counterOf(batches: readonly Omit<BatchRows, 'rows'>[]): TextCounter {
  const counts = new Map<BatchId, ImportCounts>(batches.map((batch) => [batch.batch, batch.counts]));
  return ({ batch }, decision) => {
    const of = counts.get(batch);
    if (of === undefined) throw new HubError('unexpected', 'batch_unknown', `A row of batch ${batch} came with the rows of others.`);
    of[COUNTED_AS[decision]]++;
  };
}

function* auditEntries({ entity, brand }: RawTarget, replaced: readonly Replacement[]): Generator<AuditEntry> {
  const read = rowTexts(entity);
  for (const { before, after, action } of replaced) {
    yield { brand, entity: auditName(entity), entityId: decodeValue(keyOfText(after)) ?? '', action, delta: read.delta(before, after) };
  }
}

/** Tells whose facts a row is. */
function ownersReader(entity: Entity): (text: string) => string {
  const columns = ownerColumns(entity);
  const read = rowTexts(entity);
  return (text) => ownerOf(columns, read.state(text));
}
