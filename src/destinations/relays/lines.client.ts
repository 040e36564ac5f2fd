import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { HubError, messageOf } from '../../core/errors.ts';

/**
 * The lines of a file, one at a time.
 * @throws HubError usage if it cannot be read
 */
export async function* linesOfFile(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, 'utf8');
  try {
    await once(stream, 'ready');
    yield* createInterface({ input: stream, crlfDelay: Infinity });
  } catch (cause) {
    throw new HubError('usage', 'file_unreadable', `${file} cannot be read: ${messageOf(cause)}.`, { nextStep: 'Name an existing NDJSON file, or - for standard input.', cause });
  } finally {
    stream.destroy();
  }
}
