import { dirname } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { messageOf } from '../../core/errors.ts';
import { systemClock } from '../../core/time.ts';
import { openDatabase } from '../../db/database.ts';
import { readErasedFile, writeErased } from './erased-file.ts';
import { readErased } from './erased.repository.ts';
import type { WorkerAnswer, WorkerData } from './keeper.ts';
import { refresher } from './refresh.ts';
import { readSnapshot, writeSnapshot } from './snapshot-file.ts';

// The thread of its own in which persons are read and sorted, so that no answer waits for it.
const { file, databaseUrl, brands } = workerData as WorkerData;
const database = openDatabase(databaseUrl);
const folder = dirname(file);
const refresh = refresher(database, brands, systemClock);

/** @param known the number of the snapshot that the server has, which is also the one that is kept as a file */
async function look(known: number | undefined): Promise<WorkerAnswer> {
  try {
    const erased = await lookForErased();
    const snapshot = await refresh(known, () => readSnapshot(file));
    if (snapshot === undefined) return { erased };
    writeSnapshot(file, snapshot);
    return { snapshot, erased };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** True if somebody was erased since the last look. */
async function lookForErased(): Promise<boolean> {
  const [now, before] = [await readErased(database), readErasedFile(folder)];
  if (now.join() === before.join()) return false;
  writeErased(folder, now);
  return true;
}

parentPort?.on('message', (known: number | undefined) => {
  void look(known).then((answer) => {
    const columns = answer.snapshot === undefined ? [] : [answer.snapshot.high, answer.snapshot.low, answer.snapshot.active, answer.snapshot.activeMore];
    parentPort?.postMessage(answer, columns.map(({ buffer }) => buffer as ArrayBuffer));
  });
});
