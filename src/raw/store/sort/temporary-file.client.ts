import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HubError, codeOf } from '../../../core/errors.ts';

/**
 * A file without a name, which the system drops with the process, however that ends: so no copy of personal data is left
 * behind. The folder is the system's for temporary files (TMPDIR).
 */
export class TemporaryFile {
  readonly #file: FileHandle;
  #end = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Undefined if the folder cannot be written to: a container may have none. */
  static async open(folder = tmpdir()): Promise<TemporaryFile | undefined> {
    const name = join(folder, `hub-${randomUUID()}`);
    try {
      const file = await open(name, 'wx+', 0o600);
      await unlink(name);
      return new TemporaryFile(file);
    } catch {
      return undefined;
    }
  }

  /** How many bytes it holds. */
  get bytes(): number {
    return this.#end;
  }

  /**
   * Writes at its end.
   * @throws HubError transient: the disk is full
   */
  async append(bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const rest = bytes.length - written;
      const { bytesWritten } = await orFail(this.#file.write(bytes, written, rest, this.#end + written));
      written += bytesWritten;
    }
    this.#end += bytes.length;
  }

  /** @throws HubError transient: the disk fails */
  async read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    const { bytesRead } = await orFail(this.#file.read(bytes, 0, length, offset));
    if (bytesRead !== length) throw failed('EIO');
    return bytes;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function orFail<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw failed(codeOf(cause), cause);
  }
}

function failed(code: string | undefined, cause?: unknown): HubError {
  return new HubError('transient', 'temporary_file', 'The temporary file of the run cannot be written or read.', {
    context: { folder: tmpdir(), code },
    nextStep: 'Free space in the folder for temporary files, or name another one with TMPDIR. What was committed stays; run it again.',
    cause,
  });
}
