import { parentPort, workerData } from 'node:worker_threads';

import { messageOf } from '../../core/errors.ts';
import { systemClock } from '../../core/time.ts';
import { openDatabase } from '../../db/database.ts';
import type { WorkerAnswer, WorkerData } from './keeper.ts';
import { refresher } from './refresh.ts';
import { readSnapshot, writeSnapshot } from './snapshot-file.ts';

// The thread of its own in which persons are read and sorted, so that no answer waits for it.
const { file, databaseUrl, brands } = workerData as WorkerData;
const refresh = refresher(openDatabase(databaseUrl), brands, systemClock);

/** @param known the number of the snapshot that the server has, which is also the one that is kept as a file */
async function look(known: number | undefined): Promise<WorkerAnswer> {
  try {
    const snapshot = await refresh(known, () => readSnapshot(file));
    if (snapshot === undefined) return {};
    writeSnapshot(file, snapshot);
    return { snapshot };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

parentPort?.on('message', (known: number | undefined) => {
  void look(known).then((answer) => {
    const columns = answer.snapshot === undefined ? [] : [answer.snapshot.high, answer.snapshot.low, answer.snapshot.active, answer.snapshot.activeMore];
    parentPort?.postMessage(answer, columns.map(({ buffer }) => buffer as ArrayBuffer));
  });
});
