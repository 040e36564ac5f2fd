import { existsSync } from 'node:fs';
import { access, constants, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HubError, codeOf } from '../../core/errors.ts';

/**
 * Writes a file into the folder and takes it away again; for a folder that does not exist yet, it looks whether the one
 * above it allows to make it.
 * @throws HubError configuration if that is not possible
 */
export async function requireWritable(folder: string): Promise<void> {
  try {
    const existing = existingAbove(folder);
    await access(existing, constants.W_OK | constants.X_OK);
    if (existing !== folder) return;
    const probe = join(folder, `.hub-doctor-${process.pid}`);
    await writeFile(probe, 'hub\n', { flag: 'wx', mode: 0o600 });
    await rm(probe);
  } catch (cause) {
    throw new HubError('configuration', 'folder_unwritable', `${folder} cannot be written to (${codeOf(cause) ?? 'no code'}).`, {
      nextStep: 'Give the user of hub the right to write there, mount a volume, or configure another folder.',
      cause,
    });
  }
}

/** The segments of a journal that are not published yet, whosever they are, and when each was written to last. */
export async function findSegments(journal: string): Promise<{ readonly file: string; readonly changedMs: number }[]> {
  if (!existsSync(journal)) return [];
  const files = (await readdir(journal, { recursive: true })).filter((name) => name.endsWith('.journal')).sort().map((name) => join(journal, name));
  // One that was published meanwhile waits no more.
  const segments = await Promise.all(files.map((file) => stat(file).then(({ mtimeMs }) => [{ file, changedMs: mtimeMs }], () => [])));
  return segments.flat();
}

/** The files in the folder, and the file itself, that others than their owner may read; sorted. */
export async function readableByOthers(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const found = await stat(path);
  const files = found.isDirectory() ? (await readdir(path, { recursive: true })).map((name) => join(path, name)) : [path];
  const loose: string[] = [];
  for (const file of files) {
    const { mode } = await stat(file);
    if ((await stat(file)).isFile() && (mode & 0o077) !== 0) loose.push(file);
  }
  return loose.sort();
}

/** Free bytes of the disk on which the folder lies or would lie, with a name for the disk. */
export async function freeSpace(folder: string): Promise<{ device: number; bytes: number }> {
  const existing = existingAbove(folder);
  const [{ bavail, bsize }, { dev }] = await Promise.all([statfs(existing), stat(existing)]);
  return { device: dev, bytes: bavail * bsize };
}

/** True if an HTTP server answers there, whatever it says. */
export async function answersHttp(url: string, timeoutMs: number): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).then(
    () => true,
    () => false,
  );
}

function existingAbove(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingAbove(dirname(folder));
}
