import { addMillis, batchOfInstant, instantOfBatch, type BatchId, type Instant } from '../../core/time.ts';

/**
 * The id of a new batch: now, and at least a second after the newest of its feed, so that ids order batches whatever the
 * clock did.
 */
export function newBatchId(now: Instant, newest: BatchId | null): BatchId {
  const id = batchOfInstant(now);
  return newest === null || id > newest ? id : batchOfInstant(addMillis(instantOfBatch(newest), 1_000));
}

/** What lies in the lake of a batch that a run left open. */
export interface LeftBatch {
  /** The slice of the row in the database, as text. */
  readonly slice: string;
  readonly manifest: { readonly slice: string; readonly parts: readonly { readonly name: string; readonly bytes: number }[] } | null;
  /** The parts that are there, by name. */
  readonly parts: ReadonlyMap<string, number>;
  /** State of the platform's job that the row names; undefined if it names none. */
  readonly job?: 'pending' | 'done' | 'failed' | 'gone' | undefined;
}

/** What to do with it; parts without a manifest are removed before anything is fetched. */
export type LeftBatchAction = 'fetch' | 'remove_parts_then_fetch' | 'resume_job' | 'finish_from_manifest' | 'fail';

/** How a run goes on with a batch that was left open (sources specification, "State and SIGKILL"). */
export function actionOfLeft({ slice, manifest, parts, job }: LeftBatch): LeftBatchAction {
  if (manifest !== null) {
    const fits = manifest.slice === slice && manifest.parts.every(({ name, bytes }) => parts.get(name) === bytes);
    return fits ? 'finish_from_manifest' : 'fail';
  }
  if (job === 'pending' || job === 'done') return 'resume_job';
  return parts.size > 0 ? 'remove_parts_then_fetch' : 'fetch';
}
