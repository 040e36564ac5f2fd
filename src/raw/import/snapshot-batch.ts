import type { Transaction } from '../../db/database.ts';
import { hasFinishedAfter } from '../../engine/runs/import-batches.repository.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { removeMissing } from '../keeping/newest/remove-missing.repository.ts';
import type { Reject } from '../quarantine/quarantine.repository.ts';
import { rejectedFields } from '../read/rejected-fields.ts';
import { parserOf } from '../rows/values/kinds.ts';
import type { KeyHashes } from '../store/key-hashes.ts';
import type { RawTarget } from '../store/raw-target.ts';
import type { BatchWrite } from './batch-write.ts';

/**
 * Reads a snapshot to its end, and stores nothing of it, if a later batch of its feed is stored: that one had every record as it was then.
 * @returns false if there is none
 */
export async function passOver(tx: Transaction, write: BatchWrite): Promise<boolean> {
  if (!(await hasFinishedAfter(tx, write.key))) return false;
  const { reader, counts } = write;
  while ((await reader.next()) !== undefined);
  counts.stale += reader.read - reader.rejects.length - reader.erased;
  return true;
}

/**
 * Deletes what the snapshot leaves out; to be called after its rows are written. A rejected row is not left out; if it cannot be told which
 * record one is of, nothing is deleted.
 * @param keys those of its rows
 * @throws HubError refused `shrink`
 */
export async function endSnapshot(target: RawTarget, write: BatchWrite, keys: KeyHashes): Promise<void> {
  const rejected = write.reader.rejects.map((reject) => keyOfReject(target.entity, reject));
  write.holdsDeletions = rejected.includes(undefined);
  if (write.holdsDeletions) return;
  for (const key of rejected) if (key !== undefined) keys.add(key);
  await removeMissing(target, keys, write);
}

/** The key of the record that a rejected row is of; undefined if the row does not show it in its place. */
function keyOfReject(entity: Entity, reject: Reject): string | undefined {
  if (reject.sourceId !== null) return reject.sourceId;
  const column = entity.columns.find(({ sql }) => sql === 'source_id');
  const field = column === undefined ? undefined : rejectedFields(entity, reject)?.get(column);
  return column === undefined || field === null || field === undefined ? undefined : (parserOf(column)(field) ?? undefined);
}
