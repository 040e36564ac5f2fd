import { createReadStream } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { codeOf, HubError } from '../../core/errors.ts';
import { makeFolders, reachDisk } from '../../core/folders.client.ts';
import { parseBatchId } from '../../core/time.ts';
import { BATCH_MANIFEST, manifestText, parseManifest } from './manifest.ts';
import { accountOfFolder, batchPrefix, damagedBatch, decodeName, encodeName, feedPrefix, type BatchPlace, type SourceFeed } from './place.ts';
import type { SourceLake } from './source-lake.ts';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
/** Beside the platforms, on the same file system, so that a staged file is moved and not copied. */
const STAGING = '.staging';

/**
 * A lake in a folder of this machine, for its owner alone. A file has its name only when it is on disk as a whole, and
 * the name is on disk when the call comes back.
 */
export function openFolderLake(root: string): SourceLake {
  const folderOf = (place: BatchPlace): string => join(root, batchPrefix(place));
  const stagingOf = (place: BatchPlace): string => join(root, STAGING, batchPrefix(place).replaceAll('/', '_'));
  const told = <T>(work: () => Promise<T>): Promise<T> => orUnusable(root, work);
  return {
    location: `file:${root}`,
    stage: (place) =>
      told(async () => {
        await rm(stagingOf(place), { recursive: true, force: true });
        makeFolders(stagingOf(place), PRIVATE_FOLDER);
        return stagingOf(place);
      }),
    unstage: (place) => told(() => rm(stagingOf(place), { recursive: true, force: true })),
    putPart: (place, { file, name }) => told(() => moveInto(root, folderOf(place), file, name)),
    putManifest: (manifest) =>
      told(async () => {
        const folder = folderOf(manifest);
        makeFolders(folder, PRIVATE_FOLDER);
        const unfinished = join(folder, `.${BATCH_MANIFEST}.unfinished`);
        await writeFile(unfinished, manifestText(manifest), { mode: PRIVATE_FILE, flush: true });
        await moveInto(root, folder, unfinished, BATCH_MANIFEST);
      }),
    removePart: (place, name) => told(() => rm(join(folderOf(place), name), { force: true })),
    partSizes: (place) =>
      told(async () => {
        const names = (await namesIn(folderOf(place))).filter((name) => name.startsWith('part-'));
        return new Map(await Promise.all(names.map(async (name) => [name, (await stat(join(folderOf(place), name))).size] as const)));
      }),
    async manifest(place) {
      const text = await told(() => textOf(join(folderOf(place), BATCH_MANIFEST)));
      if (text === undefined) return undefined;
      const manifest = parseManifest(text, place);
      if (manifest === undefined) throw damagedBatch(place, `${BATCH_MANIFEST} is no manifest of it`);
      return manifest;
    },
    feeds: ({ platforms, streams, accounts } = {}) =>
      told(async () => {
        const feeds: SourceFeed[] = [];
        for (const platform of await decodedIn(root, platforms)) {
          const folder = join(root, encodeName(platform));
          for (const stream of await decodedIn(folder, streams)) {
            const found = (await namesIn(join(folder, encodeName(stream)))).map(accountOfFolder);
            for (const account of found) if (account !== undefined && (accounts?.includes(account) ?? true)) feeds.push({ platform, stream, account });
          }
        }
        return feeds;
      }),
    batches: (feed) =>
      told(async () => {
        const folder = join(root, feedPrefix(feed));
        const named = (await namesIn(folder)).flatMap((name) => (name.startsWith('batch=') ? [parseBatchId(name.slice('batch='.length))] : []));
        const batches = named.filter((batch) => batch !== undefined);
        const visible = await Promise.all(batches.map((batch) => exists(join(folder, `batch=${batch}`, BATCH_MANIFEST))));
        return batches.filter((_, index) => visible[index] === true);
      }),
    openPart: (place, name) => told(() => bytesOf(place, join(folderOf(place), name), name)),
    close: () => undefined,
  };
}

/** Renames a file that is on disk, and brings the name and the folders above it there. */
async function moveInto(root: string, folder: string, file: string, name: string): Promise<void> {
  makeFolders(folder, PRIVATE_FOLDER);
  await rename(file, join(folder, name));
  for (let above = folder; above.length >= root.length; above = dirname(above)) await reachDisk(above);
}

async function* bytesInOrder(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: 256 * 1_024 }) as AsyncIterable<Buffer>;
}

async function bytesOf(place: BatchPlace, file: string, name: string): Promise<AsyncIterable<Uint8Array>> {
  if (!(await exists(file))) throw damagedBatch(place, `${name} is missing`);
  return bytesInOrder(file);
}

/** Sorted; none if there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  return (await orUndefined(readdir(folder)))?.sort() ?? [];
}

/** The names that folders stand for, of those that are wanted. */
async function decodedIn(folder: string, wanted: readonly string[] | undefined): Promise<string[]> {
  const names = (await namesIn(folder)).filter((name) => !name.startsWith('.')).map(decodeName);
  return names.filter((name) => name !== undefined && (wanted?.includes(name) ?? true)) as string[];
}

function textOf(file: string): Promise<string | undefined> {
  return orUndefined(readFile(file, 'utf8'));
}

async function exists(file: string): Promise<boolean> {
  return (await orUndefined(stat(file))) !== undefined;
}

async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

async function orUnusable<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    const code = codeOf(cause) ?? '';
    const full = ['ENOSPC', 'EDQUOT', 'EIO'].includes(code);
    throw new HubError(full ? 'transient' : 'configuration', 'source_lake_unusable', `The folder of the source lake cannot be used (${code}).`, {
      context: { folder: root, code },
      nextStep: full ? 'Free some space, then run the command again: whole batches are still there.' : 'Choose a folder that hub can write to with HUB_SOURCES_URL=file:<folder>.',
      cause,
    });
  }
}

