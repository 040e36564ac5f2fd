import { readFile } from 'node:fs/promises';

import { HubError, messageOf } from '../../core/errors.ts';
import type { FormsSource } from './forms.ts';

/**
 * Reads forms.yaml.
 * @throws HubError configuration if it cannot be read
 */
export async function readFormsSource(file: string): Promise<FormsSource> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new HubError('configuration', 'forms_unreadable', `The forms in ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file under forms.file in hub.config.yaml.',
      cause,
    });
  }
}
