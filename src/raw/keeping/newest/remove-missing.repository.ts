import { encodeRow } from '../../../core/text/row-text.ts';
import type { BatchId } from '../../../core/time.ts';
import { zeroCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { storedColumns } from '../../rows/table.ts';
import { rowHash } from '../../rows/version.ts';
import type { KeyHashes } from '../../store/key-hashes.ts';
import type { BatchRows, RawTarget } from '../../store/raw-target.ts';
import { shrinkRefusal, shrinksTooMuch } from '../../store/shrink.ts';
import { applyRows } from './apply-rows.repository.ts';

const KEYS_PER_PAGE = 5_000;

/**
 * Deletes what is stored of a feed and not in its snapshot, softly, as a row with `Deleted` would. To be called in the transaction of the
 * snapshot, after its rows are written. Adds `removed` to its counts.
 * @param keys those of the snapshot
 * @throws HubError refused `shrink`: more than 30 % of what was stored before would go; the transaction must roll back then
 */
export async function removeMissing(target: RawTarget, keys: KeyHashes, { batch, counts }: Omit<BatchRows, 'rows'>): Promise<void> {
  let [alive, gone] = [0, 0];
  for await (const page of livingKeys(target)) {
    alive += page.length;
    gone += missingOf(page, keys).length;
  }
  if (gone === 0) return;
  const before = alive - counts.inserted;
  if (target.allowShrink !== true && shrinksTooMuch(gone, before)) throw shrinkRefusal(gone, before);
  const removed = zeroCounts();
  for await (const page of livingKeys(target)) {
    const rows = missingOf(page, keys).map((key) => deletedRow(target.entity, key, batch));
    await applyRows(target, [{ batch, rows, counts: removed }]);
  }
  counts.removed = (counts.removed ?? 0) + removed.deleted;
}

function missingOf(page: readonly string[], keys: KeyHashes): string[] {
  return page.filter((key) => !keys.has(key));
}

/** The keys of stored rows that are not deleted, in their order. */
async function* livingKeys({ database: { dialect }, tx, entity, brand }: RawTarget): AsyncGenerator<string[]> {
  const [table, key] = [entity.table, 'source_id'].map((name) => dialect.quote(name));
  for (let last = ''; ; ) {
    const rows = await dialect.selectRows(tx, `select ${key} from ${table} where brand = ? and ${key} > ? and deleted_at is null order by ${key} limit ${KEYS_PER_PAGE}`, [brand, last]);
    const page = rows.map(([value]) => String(value));
    yield page;
    if (page.length < KEYS_PER_PAGE) return;
    last = page.at(-1) as string;
  }
}

/** A row that says that its record is deleted, and no more: deleted when the snapshot was made. */
function deletedRow(entity: Entity, sourceId: string, batch: BatchId): RawRow {
  const text = encodeRow([sourceId, ...storedColumns(entity).slice(1).map(() => null), null]);
  return { sourceId, text, hash: rowHash(text, true), updatedDate: null, deleted: true, batch, row: 0, event: undefined };
}
