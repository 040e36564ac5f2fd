import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';

import { HubError, messageOf } from '../../core/errors.ts';
import { linesOf, type TextLine } from '../../core/text/text-lines.ts';
import { linesIn } from '../../core/text/lines-in.ts';

const LONGEST_LINE = 1_048_576;

/**
 * The lines of a file, `-` for standard input, one at a time. The input is opened when the first line is asked for.
 * @throws HubError usage if it cannot be read, interrupted if the signal comes while it is waited for
 */
export async function* linesOfFile(file: string, signal: AbortSignal): AsyncGenerator<TextLine> {
  yield* opened(file, signal, (input) => linesOf(input, LONGEST_LINE));
}

async function* opened<Line>(file: string, signal: AbortSignal, lines: (input: AsyncIterable<Buffer>) => AsyncIterable<Line>): AsyncGenerator<Line> {
  const input = addAbortSignal(signal, file === '-' ? process.stdin : createReadStream(file));
  try {
    yield* lines(input as AsyncIterable<Buffer>);
  } catch (cause) {
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading was interrupted.', { cause });
    throw new HubError('usage', 'file_unreadable', `${file} cannot be read: ${messageOf(cause)}.`, { nextStep: 'Name an existing file, or - for standard input.', cause });
  } finally {
    input.destroy();
  }
}

/**
 * The texts of the lines of a file, `-` for standard input, however long they are.
 * @throws HubError usage if it cannot be read, interrupted if the signal comes while it is waited for
 */
export async function* textLinesOf(file: string, signal: AbortSignal): AsyncGenerator<string> {
  yield* opened(file, signal, linesIn);
}
