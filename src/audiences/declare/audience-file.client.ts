import { readFile } from 'node:fs/promises';

import { HubError, messageOf } from '../../core/errors.ts';

/**
 * Reads the declarations of audiences.
 * @throws HubError configuration if the file cannot be read
 */
export async function readAudienceFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new HubError('configuration', 'audiences_unreadable', `The audiences in ${file} cannot be read: ${messageOf(cause)}.`, {
      context: { file },
      nextStep: 'Name an existing file with audiences.file in the configuration, or leave the key out.',
      cause,
    });
  }
}
