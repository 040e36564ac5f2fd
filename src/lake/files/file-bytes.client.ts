import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HubError, codeOf } from '../../core/errors.ts';
import type { ReadStatistics } from '../port/lake.ts';

const READ_BYTES = 1 << 17;
/** How every gzip member begins (RFC 1952, 2.3.1). */
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The bytes of a file, unpacked if it begins as gzip does, whatever its name says: exporters compress under names
 * without an extension, and write files of 0 bytes under names that end in `.gz`.
 * @throws HubError refused `unreadable_file`; interrupted
 */
export async function* openBytes(file: string, statistics: ReadStatistics, signal: AbortSignal): AsyncGenerator<Buffer> {
  // A stream that is made with a signal of the past opens its file all the same, and never closes it.
  goOnUnlessInterrupted(signal);
  const source = createReadStream(file, { highWaterMark: READ_BYTES, signal });
  const before = statistics.bytesScanned;
  try {
    for await (const chunk of unpacked(source)) {
      statistics.bytesScanned = before + source.bytesRead;
      yield chunk;
    }
  } catch (cause) {
    goOnUnlessInterrupted(signal, cause);
    throw unreadableFile(file, cause);
  } finally {
    statistics.bytesScanned = before + source.bytesRead;
    source.destroy();
  }
}

/** The bytes of a stream, unpacked if they begin as gzip does. It is read once: a pipe gives its bytes to nobody twice. */
async function* unpacked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let isEnd = false;
  while (head.length < GZIP_MAGIC.length && !isEnd) {
    const next = await chunks.next();
    if (next.done === true) isEnd = true;
    else head = Buffer.concat([head, next.value]);
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  };
  if (head.length < GZIP_MAGIC.length || GZIP_MAGIC.some((byte, index) => head[index] !== byte)) {
    yield* whole();
    return;
  }
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  // Whoever reads it gets the error; a reader that stops early ends both.
  pipeline(Readable.from(whole()), gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

/** The error of a file that the disk does not give, or that is damaged. */
export function unreadableFile(file: string, cause: unknown): HubError {
  return new HubError('refused', 'unreadable_file', 'A file of the batch cannot be read to its end.', {
    context: { file, code: codeOf(cause) },
    nextStep: 'Have the exporter write the file again; nothing of this batch was stored.',
    cause,
  });
}

function goOnUnlessInterrupted(signal: AbortSignal, cause?: unknown): void {
  if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading was interrupted.', { cause });
}
