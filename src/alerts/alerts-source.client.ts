import { readFile } from 'node:fs/promises';

import { HubError, messageOf } from '../core/errors.ts';
import type { AlertsSource } from './parse-rules.ts';

/**
 * Reads alerts.yaml.
 * @throws HubError configuration if it cannot be read
 */
export async function readAlertsSource(file: string): Promise<AlertsSource> {
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new HubError('configuration', 'alerts_unreadable', `The alert rules in ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file under alerts.file in hub.config.yaml.',
      cause,
    });
  }
}
