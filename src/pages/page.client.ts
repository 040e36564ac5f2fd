import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

import { HubError, codeOf } from '../core/errors.ts';

/**
 * Writes a page whole or not at all, readable by its owner only.
 * @throws HubError configuration if the file cannot be written
 */
export async function writePage(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new HubError('configuration', 'page_unwritable', `The page ${file} cannot be written.`, {
      context: { code: codeOf(cause) },
      nextStep: 'Name a file in a folder that exists and may be written to. The reconciliation itself is recorded: hub runs list --command reconcile',
      cause,
    });
  }
}
