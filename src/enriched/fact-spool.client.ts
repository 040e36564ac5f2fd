import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HubError, codeOf } from '../core/errors.ts';

/** A part of a range with the section that it was added to; nothing that was added at once is cut. */
export interface SpoolPart {
  readonly section: string;
  readonly bytes: Buffer;
}

interface Block {
  readonly section: string;
  readonly offset: number;
  readonly length: number;
}

/** Text held back until it is written: blocks are then thousands of bytes each. */
const MAX_PENDING = 3_000_000;

/**
 * Rows on their way from the tables to the persons: added in the order of the tables, read in ranges of accounts. They
 * stand in a file without a name, which the system drops with the process, however it ends; so no copy of personal data
 * is left behind. The folder is the system's for temporary files (TMPDIR).
 */
export class FactSpool {
  readonly #file: FileHandle;
  readonly #blocks: Block[][];
  readonly #pending: string[][];
  #section = '';
  #pendingLength = 0;
  #end = 0;

  private constructor(file: FileHandle, ranges: number) {
    this.#file = file;
    this.#blocks = Array.from({ length: ranges }, () => []);
    this.#pending = Array.from({ length: ranges }, () => []);
  }

  /** Undefined if there is no folder to write to: a container may have none. */
  static async open(ranges: number): Promise<FactSpool | undefined> {
    const name = join(tmpdir(), `hub-enrich-${randomUUID()}`);
    try {
      const file = await open(name, 'wx+', 0o600);
      await unlink(name);
      return new FactSpool(file, ranges);
    } catch {
      return undefined;
    }
  }

  /** What is added from now on belongs to the section. */
  async startSection(section: string): Promise<void> {
    await this.flush();
    this.#section = section;
  }

  /** True if enough is held back that flush should be called. */
  get isFull(): boolean {
    return this.#pendingLength > MAX_PENDING;
  }

  add(range: number, text: string): void {
    this.#pending[range]?.push(text);
    this.#pendingLength += text.length;
  }

  /** Writes what is held back. */
  async flush(): Promise<void> {
    if (this.#pendingLength === 0) return;
    const texts: Buffer[] = [];
    let offset = this.#end;
    for (const [range, pending] of this.#pending.entries()) {
      if (pending.length === 0) continue;
      const text = Buffer.from(pending.join(''));
      pending.length = 0;
      this.#blocks[range]?.push({ section: this.#section, offset, length: text.length });
      texts.push(text);
      offset += text.length;
    }
    await orFail(this.#writeAll(Buffer.concat(texts)));
    this.#end = offset;
    this.#pendingLength = 0;
  }

  /** Everything that was added to a range. */
  async read(range: number): Promise<SpoolPart[]> {
    const parts: SpoolPart[] = [];
    for (const { section, offset, length } of this.#blocks[range] ?? []) {
      const bytes = Buffer.allocUnsafe(length);
      const { bytesRead } = await orFail(this.#file.read(bytes, 0, length, offset));
      if (bytesRead !== length) throw failed('EIO');
      parts.push({ section, bytes });
    }
    return parts;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#end + written);
      written += bytesWritten;
    }
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
  return new HubError('transient', 'temporary_file', 'The temporary file of the enrichment cannot be written or read.', {
    context: { folder: tmpdir(), code },
    nextStep: 'Free space in the folder for temporary files, or name another one with TMPDIR. What was committed stays; run it again.',
    cause,
  });
}
