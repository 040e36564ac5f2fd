import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { HubError, codeOf } from '../core/errors.ts';
import type { ReadStatistics } from './lake.ts';

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
  const compressed = await isGzip(file).catch((cause: unknown) => {
    throw unreadableFile(file, cause);
  });
  goOnUnlessInterrupted(signal);
  const source = createReadStream(file, { highWaterMark: READ_BYTES, signal });
  const before = statistics.bytesScanned;
  let stream: Readable = source;
  if (compressed) {
    const gunzip = createGunzip({ chunkSize: READ_BYTES });
    source.on('error', (error) => gunzip.destroy(error));
    stream = source.pipe(gunzip);
  }
  try {
    for await (const chunk of stream) {
      statistics.bytesScanned = before + source.bytesRead;
      yield chunk as Buffer;
    }
  } catch (cause) {
    goOnUnlessInterrupted(signal, cause);
    throw unreadableFile(file, cause);
  } finally {
    statistics.bytesScanned = before + source.bytesRead;
    source.destroy();
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    return bytesRead === GZIP_MAGIC.length && GZIP_MAGIC.every((byte, index) => buffer[index] === byte);
  } finally {
    await handle.close();
  }
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
