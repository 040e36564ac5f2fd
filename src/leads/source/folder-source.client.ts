import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal } from 'node:stream';

import { codeOf } from '../../core/errors.ts';
import { batchesOf, type IntakeSource } from './intake-source.ts';

/** The intake in a folder. */
export function folderSource(root: string): IntakeSource {
  return {
    async list(kind, brand, from) {
      const place = join(root, kind, `brand=${brand}`);
      const folders = (await entriesOf(place)).filter((name) => name.startsWith('batch=') && (from === undefined || name >= `batch=${from}`));
      const files = await Promise.all(folders.map(async (folder) => Promise.all((await entriesOf(join(place, folder))).map((name) => fileOf(place, `${folder}/${name}`)))));
      return batchesOf(files.flat(), from);
    },
    open: (file, signal) => Promise.resolve(addAbortSignal(signal, createReadStream(file.place))),
    close: () => undefined,
  };
}

async function fileOf(folder: string, path: string) {
  const place = join(folder, path);
  return { path, place, bytes: (await stat(place)).size };
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A file that lies among the folders is none of the server's.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
