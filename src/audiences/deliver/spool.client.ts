import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { codeOf } from '../../core/errors.ts';
import { startSha256 } from '../../core/hash.ts';

/** A file that is written line by line. */
export interface Spool {
  readonly path: string;
  /** Keeps the line until the next flush. */
  write(line: string): void;
  flush(): Promise<void>;
  /** Writes what is left and closes the file. */
  close(): Promise<SpooledFile>;
}

export interface SpooledFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Lines without the header. */
  readonly rows: number;
}

/** A folder for the files of one run. */
export interface SpoolFolder {
  open(name: string, header?: string): Promise<Spool>;
  /** Closes what is open and removes everything. */
  remove(): Promise<void>;
}

const PREFIX = 'hub-audiences-';

/** Makes a folder that only its owner can read, and removes those of runs of this machine that were killed. */
export async function openSpoolFolder(): Promise<SpoolFolder> {
  await removeLeftOvers();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const handles = new Set<FileHandle>();
  return {
    async open(name, header) {
      const path = join(folder, name);
      const handle = await open(path, 'wx', 0o600);
      handles.add(handle);
      return spoolTo(path, handle, header, () => handles.delete(handle));
    },
    async remove() {
      for (const handle of handles) await handle.close().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function spoolTo(path: string, handle: FileHandle, header: string | undefined, onClose: () => void): Spool {
  const sum = startSha256();
  let waiting = header === undefined ? '' : `${header}\n`;
  let bytes = 0;
  let rows = 0;
  const flush = async (): Promise<void> => {
    const block = Buffer.from(waiting);
    waiting = '';
    sum.update(block);
    bytes += block.length;
    await handle.writeFile(block);
  };
  return {
    path,
    write(line) {
      waiting += `${line}\n`;
      rows++;
    },
    flush,
    async close() {
      await flush();
      await handle.close();
      onClose();
      return { path, sha256: sum.hex(), bytes, rows };
    },
  };
}

/** The lines of a spooled file. */
export async function* readSpool(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path);
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity });
  } finally {
    stream.destroy();
  }
}

async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? [];
    // This process has made none yet: one with its number is of an earlier process, as in a container that starts anew.
    if (pid === undefined || (Number(pid) !== process.pid && isAlive(Number(pid)))) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
