import { toIso } from '../../core/time.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { runJob, type JobServices } from '../../engine/runs/job.ts';
import { abandonOpen } from './extract-batches.repository.ts';
import { changeState, deleteState, type StreamKey } from './extract-state.repository.ts';
import { accountLock } from './run-extract.ts';

/**
 * Sets the cursor of a stream, or forgets its state; a batch that is open is given up. Recorded as a run, under the lock
 * of the account.
 * @param cursor null: as if the stream had never been asked for
 */
export async function changeStateByHand(services: JobServices, key: StreamKey, cursor: string | null): Promise<void> {
  const spec = { command: 'sources-state', brands: [], shard: '1/1', params: { ...key, cursor }, dryRun: false, locks: [accountLock(key.platform, key.account)] };
  await runJob(services, spec, async (job, { database, signal, clock }) => {
    const by = { runId: job.runId, at: clock.now() };
    await fencedTransaction({ database, signal }, job.leases, async (tx) => {
      await abandonOpen(tx, key, by);
      if (cursor === null) await deleteState(tx, key);
      else await changeState(tx, key, { cursor, throttled_until: null }, by);
    });
    return { status: 'succeeded', totals: { changed: 1 }, items: [{ ...key, cursor, at: toIso(by.at) }], problems: [] };
  });
}
