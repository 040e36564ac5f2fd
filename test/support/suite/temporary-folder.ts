import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { atEndOfFile } from './cleanup.ts';
import { testRun } from './run.ts';

/** A new empty folder; removed at the end of the test file, when nothing in it may be open any more. */
export function temporaryFolder(name = 'folder'): string {
  const { folder } = testRun();
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, `${name}-`));
  atEndOfFile(async () => {
    // A stream closes its file a moment after it was destroyed.
    for (let tries = 0; openFilesIn(made).length > 0 && tries < 20; tries++) await sleep(25);
    const open = openFilesIn(made);
    rmSync(made, { recursive: true, force: true });
    if (open.length > 0) throw new Error(`files still open: ${open.join(', ')}`);
  });
  return made;
}

/** The files below the folder that this process has open; only Linux tells. */
function openFilesIn(folder: string): string[] {
  const table = '/proc/self/fd';
  if (!existsSync(table)) return [];
  return readdirSync(table).flatMap((descriptor) => {
    try {
      const file = readlinkSync(join(table, descriptor));
      return file.startsWith(`${folder}/`) ? [file] : [];
    } catch {
      // Closed since the folder was listed.
      return [];
    }
  });
}
