import { readFile } from 'node:fs/promises';

import { HubError, messageOf } from '../../core/errors.ts';
import type { FeedsFile } from './feeds-file.ts';

/**
 * Reads feeds.yaml.
 * @throws HubError configuration if it cannot be read
 */
export async function readFeedsFile(file: string): Promise<FeedsFile> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new HubError('configuration', 'feeds_unreadable', `The feeds in ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file under served_feeds.file in hub.config.yaml.',
      cause,
    });
  }
}
