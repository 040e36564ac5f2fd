import { readFile } from 'node:fs/promises';

import { HubError, messageOf } from '../../core/errors.ts';
import type { WebhooksFile } from './webhooks.ts';

/**
 * Reads webhooks.yaml; where there is none, nobody may send anything.
 * @throws HubError configuration if it cannot be read
 */
export async function readWebhooksFile(file: string | undefined): Promise<WebhooksFile> {
  if (file === undefined) return { file: 'config/webhooks.yaml', text: '' };
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new HubError('configuration', 'webhooks_unreadable', `The sources of webhooks in ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file under webhooks.file in hub.config.yaml.',
      cause,
    });
  }
}
