import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';

import { codeOf, HubError } from '../../core/errors.ts';
import { startSha256 } from '../../core/hash.ts';
import type { StagedPart } from './source-lake.ts';

/** The most that a part holds, before it is compressed. */
export interface PartLimits {
  readonly records: number;
  readonly bytes: number;
}

const LIMITS: PartLimits = { records: 50_000, bytes: 64 * 1_024 * 1_024 };
/** Lines are handed to the compressor in blocks that only the lines decide, so that equal lines give equal bytes. */
const BLOCK_CHARACTERS = 256 * 1_024;
const PRIVATE_FILE = 0o600;

/** A part that is being written. */
interface OpenPart {
  readonly name: string;
  readonly file: string;
  readonly gzip: Gzip;
  /** Bytes and SHA-256 of the file, once it is on disk. */
  readonly done: Promise<{ readonly bytes: number; readonly sha256: string }>;
  records: number;
  bytes: number;
}

/** Writes records into numbered gzip files of a folder: level 6, without name and time, so that the same records give the same bytes. */
export class PartWriter {
  readonly #folder: string;
  readonly #limits: PartLimits;
  readonly #finished: StagedPart[] = [];
  #open: OpenPart | undefined;
  #block: string[] = [];
  #blockCharacters = 0;
  #records = 0;

  constructor(folder: string, limits = LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** How many records it has got. */
  get records(): number {
    return this.#records;
  }

  /**
   * Takes a record: one line of JSON, without its line feed.
   * @returns a promise where the caller should wait before it gives more
   * @throws HubError transient if the disk is full or fails
   */
  add(line: string): Promise<void> | undefined {
    const bytes = Buffer.byteLength(line) + 1;
    const part = this.#open;
    if (part !== undefined && (part.records === this.#limits.records || part.bytes + bytes > this.#limits.bytes)) return this.#closePart().then(() => this.add(line));
    const target = part ?? this.#openPart();
    target.records++;
    target.bytes += bytes;
    this.#records++;
    this.#block.push(line);
    this.#blockCharacters += line.length + 1;
    return this.#blockCharacters < BLOCK_CHARACTERS ? undefined : this.#flush(target);
  }

  /** Ends the last part and gives all of them; each is on disk. */
  async finish(): Promise<readonly StagedPart[]> {
    await this.#closePart();
    return this.#finished;
  }

  /** Gives up what is being written. */
  async discard(): Promise<void> {
    this.#open?.gzip.destroy();
    await this.#open?.done.catch(() => undefined);
    this.#open = undefined;
  }

  #openPart(): OpenPart {
    const name = `part-${String(this.#finished.length).padStart(5, '0')}.ndjson.gz`;
    const file = join(this.#folder, name);
    const gzip = createGzip({ level: 6 });
    const done = compressInto(file, gzip);
    // Awaited when the part is closed; a disk that fails earlier shows there.
    done.catch(() => undefined);
    this.#open = { name, file, gzip, done, records: 0, bytes: 0 };
    return this.#open;
  }

  async #flush({ gzip, done }: OpenPart): Promise<void> {
    if (this.#block.length === 0) return;
    const text = `${this.#block.join('\n')}\n`;
    this.#block = [];
    this.#blockCharacters = 0;
    if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), done]);
  }

  async #closePart(): Promise<void> {
    const part = this.#open;
    if (part === undefined) return;
    await this.#flush(part);
    part.gzip.end();
    const { bytes, sha256 } = await part.done;
    this.#finished.push({ name: part.name, records: part.records, bytes, sha256, file: part.file });
    this.#open = undefined;
  }
}

async function compressInto(file: string, gzip: Gzip): Promise<{ bytes: number; sha256: string }> {
  const sum = startSha256();
  let bytes = 0;
  const measured = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      sum.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    // `flush`: it is on disk when it is closed.
    await pipeline(gzip, measured, createWriteStream(file, { mode: PRIVATE_FILE, flush: true }));
  } catch (cause) {
    const code = codeOf(cause);
    throw new HubError('transient', 'source_lake_unwritable', `A part of the source lake cannot be written (${code ?? 'unknown'}).`, {
      context: { code },
      nextStep: 'Free space on the disk, or name another place with HUB_SOURCES_URL. What was committed stays; run it again.',
      cause,
    });
  }
  return { bytes, sha256: sum.hex() };
}
