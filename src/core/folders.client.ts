import { existsSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing, one after the other: the recursive way of Node.js does not come
 * back where a file system takes no folders at all.
 * @param mode of the folders that are made
 * @throws the error of the system where one cannot be made
 */
export function makeFolders(path: string, mode?: number): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process was faster.
    if (!existsSync(path)) throw error;
  }
}

/** Brings a file or a folder to the disk: only when its folder is there does a new name outlive a loss of power. */
export async function reachDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
