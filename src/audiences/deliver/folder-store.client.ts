import { createReadStream } from 'node:fs';
import { chmod, copyFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { codeOf, HubError } from '../../core/errors.ts';
import { makeFolders, reachDisk } from '../../core/folders.client.ts';
import { startSha256 } from '../../core/hash.ts';
import type { AudienceStore } from './store.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** A folder of this machine. Files are readable by their owner alone, and reach the disk before their names do. */
export function openFolderStore(root: string): AudienceStore {
  const inRoot = (name: string): string => join(root, name);
  const place = async (name: string, write: (file: string) => Promise<void>): Promise<void> => {
    const target = inRoot(name);
    const unfinished = `${target}.unfinished`;
    makeFolders(dirname(target), PRIVATE_FOLDER);
    await write(unfinished);
    await chmod(unfinished, PRIVATE_FILE);
    await reachDisk(unfinished);
    await rename(unfinished, target);
    await reachDisk(dirname(target));
  };
  return {
    location: root,
    put: (name, localFile) => told(root, () => place(name, (file) => copyFile(localFile, file))),
    putText: (name, text) => told(root, () => place(name, (file) => writeFile(file, text, { mode: PRIVATE_FILE }))),
    move: (from, to) =>
      told(root, async () => {
        makeFolders(dirname(inRoot(to)), PRIVATE_FOLDER);
        await rename(inRoot(from), inRoot(to));
        await reachDisk(dirname(inRoot(to)));
      }),
    sha256Of: (name) => told(root, () => sha256OfFile(inRoot(name))),
    close: () => undefined,
  };
}

async function sha256OfFile(file: string): Promise<string | undefined> {
  const sum = startSha256();
  try {
    for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  return sum.hex();
}

async function told<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = codeOf(cause) ?? '';
    const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO';
    throw new HubError(full ? 'transient' : 'configuration', 'audience_output', `The folder of the audiences cannot be written (${code}).`, {
      context: { folder: root, code },
      nextStep: full
        ? 'Free some space, then run the command again: the last whole files are still there.'
        : 'Choose a writable folder with audiences.output in the configuration, or with --output-dir.',
      cause,
    });
  }
}
