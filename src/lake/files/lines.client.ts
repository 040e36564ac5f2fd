import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';

import { HubError, messageOf } from '../../core/errors.ts';
import { linesOf, type TextLine } from '../../core/text/text-lines.ts';

const LONGEST_LINE = 1_048_576;

/**
 * The lines of a file, `-` for standard input, one at a time. The input is opened when the first line is asked for.
 * @throws HubError usage if it cannot be read, interrupted if the signal comes while it is waited for
 */
export async function* linesOfFile(file: string, signal: AbortSignal): AsyncGenerator<TextLine> {
  const input = addAbortSignal(signal, file === '-' ? process.stdin : createReadStream(file));
  try {
    yield* linesOf(input as AsyncIterable<Buffer>, LONGEST_LINE);
  } catch (cause) {
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading was interrupted.', { cause });
    throw new HubError('usage', 'file_unreadable', `${file} cannot be read: ${messageOf(cause)}.`, { nextStep: 'Name an existing file, or - for standard input.', cause });
  } finally {
    input.destroy();
  }
}
