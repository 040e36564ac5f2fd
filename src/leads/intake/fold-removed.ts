import { failpoint } from '../../core/failpoint.ts';
import { checksum } from '../../core/hash.ts';
import type { Shard } from '../../core/shard.ts';
import type { Transaction } from '../../db/database.ts';
import { mayWriteFor } from '../../engine/declare/stage-declaration.ts';
import { stageOf } from '../../engine/declare/stages.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { NO_DATE, completeUpTo, readMarks, writeMarks, type RunsNow } from '../../engine/stage/stage-marks.repository.ts';
import { decidePersons, noPersonCounts, type PersonCounts, type PersonSetup } from './decide-persons.ts';
import { newlyRemoved } from './leads.repository.ts';

const STAGE = 'contacts';
const VERSION = '1';

/** Folds the contacts of persons with leads who unsubscribed since the last run: an unsubscription may come long after it was meant. */
export async function foldRemoved(target: RecordTarget, setup: PersonSetup, brand: string, shard: Shard, now: RunsNow): Promise<PersonCounts> {
  const { tx, runId } = target;
  const after = await contactsMark(tx, brand, shard);
  const upTo = await completeUpTo(tx, runId, now, mayWriteFor(stageOf(STAGE)));
  if (upTo <= after) return noPersonCounts();
  const removed = new Map([...(await newlyRemoved(tx, brand, after, upTo))].filter(([personId]) => shard.has(checksum(personId))));
  const { counts } = await decidePersons(target, setup, brand, removed);
  await writeMarks(tx, { stage: STAGE, shard: shard.label }, [brand], { mark: upTo, asOf: NO_DATE, version: VERSION }, runId);
  failpoint('intake.contacts.folded');
  return counts;
}

/** The change number up to which unsubscriptions at a brand are taken up. */
export async function contactsMark(tx: Transaction, brand: string, shard: Shard): Promise<number> {
  return (await readMarks(tx, { stage: STAGE, shard: shard.label })).get(brand)?.mark ?? 0;
}
