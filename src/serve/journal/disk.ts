import { open, rename, unlink, writeFile, type FileHandle } from 'node:fs/promises';

import { reachDisk } from '../../core/folders.client.ts';

/** A segment that is written. */
export interface JournalFile {
  /** The number of bytes that were written: fewer than asked for where the disk is full. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(size: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** What a journal asks of the file system; every method throws the system's own error. */
export interface JournalDisk {
  /** Makes a file that nobody else can read and that was not there. */
  create(path: string): Promise<JournalFile>;
  remove(path: string): Promise<void>;
  /** Puts a small text in the place of a file, as a whole or not at all. */
  replaceText(path: string, text: string): Promise<void>;
  /** Makes what was made and removed in a folder survive the machine. */
  syncFolder(path: string): Promise<void>;
}

export const fileSystem: JournalDisk = {
  async create(path) {
    return journalFile(await open(path, 'wx', 0o600));
  },
  remove: unlink,
  async replaceText(path, text) {
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  },
  syncFolder: reachDisk,
};

function journalFile(handle: FileHandle): JournalFile {
  return {
    write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
    truncate: (size) => handle.truncate(size),
    datasync: () => handle.datasync(),
    close: () => handle.close(),
  };
}
