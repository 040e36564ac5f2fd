import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { atEndOfFile } from '../suite/cleanup.ts';
import { csv, hexId, type TestLake } from './lake.ts';

const PAUSE_MS = 10;
/** So few that a write is shorter than 4,096 bytes: a pipe takes such a write as a whole or not at all. */
const ROWS_PER_WRITE = 50;

/** An account batch whose part is still being written while it is read: an import of it lasts until it is finished. */
export interface SlowPart {
  /** Ends the part where it is; an import that reads it comes to its end. */
  finish(): void;
  /** Puts an ordinary file with a few rows in its place, for a second import. */
  replace(): void;
}

/** Adds the batch to the lake; its part is a named pipe that gives some rows every few milliseconds. */
export function slowAccounts(lake: TestLake, batch: string, brand = 'alpina'): SlowPart {
  const folder = join(lake.root, 'billing', 'account', `brand=${brand}`, `batch=${batch}`);
  const file = join(folder, 'part-0.csv');
  mkdirSync(folder, { recursive: true });
  if (spawnSync('mkfifo', [file]).status !== 0) throw new Error('mkfifo failed');
  const pipe = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  let next = 1;
  let rest = accounts(next, ROWS_PER_WRITE);
  const timer = setInterval(() => {
    if (!isTaken(pipe, rest)) return;
    next += ROWS_PER_WRITE;
    rest = accounts(next, ROWS_PER_WRITE).replace(/^.*\n/, '');
  }, PAUSE_MS);
  let finished = false;
  const finish = (): void => {
    if (finished) return;
    finished = true;
    clearInterval(timer);
    closeSync(pipe);
  };
  atEndOfFile(finish);
  return {
    finish,
    replace() {
      finish();
      rmSync(file);
      writeFileSync(file, accounts(1, ROWS_PER_WRITE));
    },
  };
}

/** False if the pipe is full: nobody reads it at the moment. */
function isTaken(pipe: number, text: string): boolean {
  try {
    return writeSync(pipe, text) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}

function accounts(first: number, count: number): string {
  return csv(
    Array.from({ length: count }, (_, index) => ({
      Id: hexId(first + index),
      AccountNumber: `A${first + index}`,
      Currency: 'EUR',
    })),
  );
}
