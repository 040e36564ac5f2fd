import { checksum } from '../../core/hash.ts';
import type { Shard } from '../../core/shard.ts';
import { addMillis, batchOfInstant, instantOfBatch, type BatchId, type Instant } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { batchHistory, readMark } from '../../engine/runs/import-batches.repository.ts';
import type { IntakeBatch, IntakeSource } from '../source/intake-source.ts';
import { feedOf, type IntakeKindName } from './intake-kind.ts';

/** A server publishes a segment a minute after its first record, later only if it cannot. */
const RECENT_MS = 2 * 3_600_000;

/** Which batches an import takes. */
export interface IntakeSelection {
  /** Given for a backfill: batches in this range are read again. */
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  readonly shard: Shard;
  /** True: only what may have come lately is looked at, not what lies long before the mark of a brand. */
  readonly isRecentOnly?: boolean;
  /** A batch that was refused after this instant is left alone; undefined: it is tried again. */
  readonly refusedBefore?: Instant | undefined;
}

/** The batches of a kind and brand that are to be imported, oldest first. */
export interface BrandPlan {
  readonly brand: string;
  readonly batches: readonly { readonly batch: IntakeBatch; readonly attempt: number }[];
  /** All batches listed, for the mark. */
  readonly listed: readonly BatchId[];
}

/** Lists the intake and the history of a kind and brand and picks the batches to import. */
export async function planBrand(database: Database, source: IntakeSource, kind: IntakeKindName, brand: string, { range, shard, isRecentOnly = false, refusedBefore }: IntakeSelection, signal: AbortSignal): Promise<BrandPlan> {
  const feed = { ...feedOf(kind), brand };
  const mark = isRecentOnly ? await readMark(database, feed) : null;
  const from = range?.from ?? (mark === null ? undefined : batchOfInstant(addMillis(instantOfBatch(mark), -RECENT_MS)));
  const listed = (await source.list(kind, brand, from, signal)).filter(({ batch }) => range === undefined || batch < range.until);
  const history = await batchHistory(database, feed, from);
  const isWanted = ({ batch }: IntakeBatch): boolean => {
    const known = history.get(batch);
    if (!shard.has(checksum(`${kind}/${brand}/${batch}`))) return false;
    if (range !== undefined || known === undefined) return true;
    return known.status === 'refused' && (refusedBefore === undefined || known.finished_at < refusedBefore);
  };
  return {
    brand,
    batches: listed.filter(isWanted).map((batch) => ({ batch, attempt: (history.get(batch.batch)?.attempts ?? 0) + 1 })),
    listed: listed.map(({ batch }) => batch),
  };
}

