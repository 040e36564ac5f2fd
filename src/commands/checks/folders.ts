import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

import type { Config } from '../../config.ts';
import { HubError } from '../../core/errors.ts';
import { parseDatabaseUrl } from '../../db/database-url.ts';
import { formatCount } from '../../core/text/counts.ts';
import type { Check } from './check.ts';
import { freeSpace, readableByOthers, requireWritable } from './folders.client.ts';

const MEBIBYTE = 1024 * 1024;
const LEAST_FREE = 200 * MEBIBYTE;
const ENOUGH_FREE = 2048 * MEBIBYTE;

/** Folders that commands write to, by what for. */
function writtenFolders(config: Config): { what: string; folder: string }[] {
  const file = embeddedFile(config);
  return [
    ...(file === undefined ? [] : [{ what: 'database', folder: dirname(file) }]),
    ...(config.metricsFile === undefined ? [] : [{ what: 'metrics', folder: dirname(config.metricsFile) }]),
    ...(audienceFolder(config) === undefined ? [] : [{ what: 'audiences', folder: config.audiencesOutput }]),
    { what: 'temporary files', folder: tmpdir() },
  ];
}

/** Files and folders with addresses or hashes, which only their owner may read. */
function privatePaths(config: Config): string[] {
  const file = embeddedFile(config);
  const output = audienceFolder(config);
  return [...(file === undefined ? [] : ['', '-wal', '-shm'].map((suffix) => `${file}${suffix}`)), ...(output === undefined ? [] : [output])];
}

/** The folders that commands write to can be written. */
export const folders: Check = {
  name: 'folders',
  async run(context) {
    const written = writtenFolders(context.config);
    for (const { folder } of written) await requireWritable(folder);
    return { found: written.map(({ what, folder }) => `${what} ${context.shownPath(folder)}`).join(', ') };
  },
};

/** Nobody else on this machine can read what holds addresses or hashes. */
export const privateFiles: Check = {
  name: 'private files',
  async run(context) {
    const paths = privatePaths(context.config);
    const loose = (await Promise.all(paths.map(readableByOthers))).flat();
    const [first] = loose;
    if (first === undefined) return { found: paths.length === 0 ? 'none on this machine' : 'readable by their owner only' };
    throw new HubError('configuration', 'files_readable', `${loose.length} ${loose.length === 1 ? 'file is' : 'files are'} readable by others: ${context.shownPath(first)}.`, {
      nextStep: `Run: chmod go= ${loose.map((file) => context.shownPath(file)).join(' ')}`,
    });
  },
};

/** There is space where commands write. */
export const disk: Check = {
  name: 'disk',
  async run(context) {
    const disks = new Map<number, { folder: string; bytes: number }>();
    for (const { folder } of writtenFolders(context.config)) {
      const { device, bytes } = await freeSpace(folder);
      if (!disks.has(device)) disks.set(device, { folder: context.shownPath(folder), bytes });
    }
    const least = [...disks.values()].reduce((one, other) => (other.bytes < one.bytes ? other : one));
    const found = [...disks.values()].map(({ folder, bytes }) => `${formatCount(Math.floor(bytes / MEBIBYTE))} MiB free for ${folder}`).join(', ');
    if (least.bytes < LEAST_FREE) {
      throw new HubError('configuration', 'disk_full', `Only ${Math.floor(least.bytes / MEBIBYTE)} MiB are free for ${least.folder}.`, {
        nextStep: 'Free some space, or enlarge the volume.',
      });
    }
    return { found, advice: least.bytes < ENOUGH_FREE ? `free some space for ${least.folder}` : undefined };
  },
};

/** The folder for audience files, unless they go to S3. */
function audienceFolder(config: Config): string | undefined {
  return config.audiencesOutput.startsWith('s3:') ? undefined : config.audiencesOutput;
}

function embeddedFile(config: Config): string | undefined {
  const location = parseDatabaseUrl(config.databaseUrl);
  return location.kind === 'sqlite' && location.file !== ':memory:' ? location.file : undefined;
}
