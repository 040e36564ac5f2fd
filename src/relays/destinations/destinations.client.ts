import { readFile } from 'node:fs/promises';

import { HubError, messageOf } from '../../core/errors.ts';
import type { DestinationSource } from './destinations.ts';

/**
 * Reads destinations.yaml.
 * @throws HubError configuration if it cannot be read
 */
export async function readDestinationSource(file: string): Promise<DestinationSource> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new HubError('configuration', 'destinations_unreadable', `The destinations in ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file under destinations.file in hub.config.yaml.',
      cause,
    });
  }
}
