import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { HubError, codeOf } from '../../../core/errors.ts';
import { makeFolders, reachDisk } from '../../../core/folders.client.ts';
import type { ReportFile } from './data-files.ts';

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/**
 * Writes the files as the folder of a date, in place of one that is there: whole or not at all, for its owner only. What a
 * run that was stopped left of the date is removed.
 * @param files in the order in which they are written: the manifest last
 * @throws HubError configuration if the place cannot be written, transient if it is full
 */
export async function writeReportFolder(root: string, date: string, files: readonly ReportFile[]): Promise<void> {
  const draft = join(root, `.${date}.${randomBytes(4).toString('hex')}.unfinished`);
  const target = join(root, date);
  try {
    makeFolders(root, PRIVATE_FOLDER);
    await removeUnfinished(root, date);
    for (const { name, text } of files) {
      const file = join(draft, name);
      makeFolders(dirname(file), PRIVATE_FOLDER);
      await writeFile(file, text, { mode: PRIVATE_FILE, flag: 'wx', flush: true });
    }
    await replace(target, draft);
    await reachDisk(root);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const code = codeOf(cause) ?? '';
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO';
    throw new HubError(isFull ? 'transient' : 'configuration', 'report_unwritable', `The folder of the report cannot be written (${code}).`, {
      context: { folder: root, code },
      nextStep: isFull ? 'Free some space, then run the command again.' : 'Name a folder that may be written to with --output-dir.',
      cause,
    });
  }
}

/** A folder cannot take the place of one that holds files: the old one is moved aside first, and removed when the new one is there. */
async function replace(target: string, draft: string): Promise<void> {
  const old = `${draft.slice(0, -'.unfinished'.length)}.old.unfinished`;
  const hadOne = await rename(target, old).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(draft, target);
  } catch (error) {
    if (hadOne) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function removeUnfinished(root: string, date: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(`.${date}.`) && name.endsWith('.unfinished')) await rm(join(root, name), { recursive: true, force: true });
  }
}

