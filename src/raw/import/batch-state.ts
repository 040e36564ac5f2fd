import type { LakeBatch } from '../../lake/port/lake.ts';
import type { BatchRow } from '../../engine/runs/import-batches.repository.ts';

/** What the history knows of a batch. */
export type KnownBatch = Pick<BatchRow, 'status' | 'attempts' | 'files' | 'bytes_scanned' | 'fingerprint'>;

/**
 * How a batch of the lake stands to the history. `new`: it is not stored, however old its name is. `changed`: it is stored,
 * but a file of it came, went or was written again since. `unmarked`: it was stored before files were remembered, and nothing
 * speaks against them being the same. `stored`: nothing is to be done.
 */
export type BatchState = 'new' | 'changed' | 'unmarked' | 'stored';

/**
 * Holds a batch against the history (billing specification, "Lake layout").
 * @param known undefined if the history does not have the batch
 */
export function stateOfBatch(batch: LakeBatch, known: KnownBatch | undefined): BatchState {
  if (known?.status !== 'finished') return 'new';
  const { fingerprint } = batch;
  // A lake that cannot tell its files cannot tell that they changed.
  if (fingerprint === undefined || fingerprint === known.fingerprint) return 'stored';
  if (known.fingerprint !== null) return 'changed';
  return isAsRead(batch, known) ? 'unmarked' : 'changed';
}

/** False if the batch was read before files were remembered, and not from as many files and bytes as lie there now. */
function isAsRead({ files, bytes }: LakeBatch, known: KnownBatch): boolean {
  return files === undefined || bytes === undefined || (files === known.files && bytes === known.bytes_scanned);
}
