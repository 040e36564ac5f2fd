import { TemporaryFile } from '../../raw/store/sort/temporary-file.client.ts';

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
 * stand in a temporary file.
 */
export class FactSpool {
  readonly #file: TemporaryFile;
  readonly #blocks: Block[][];
  readonly #pending: string[][];
  #section = '';
  #pendingLength = 0;

  private constructor(file: TemporaryFile, ranges: number) {
    this.#file = file;
    this.#blocks = Array.from({ length: ranges }, () => []);
    this.#pending = Array.from({ length: ranges }, () => []);
  }

  /** Undefined if there is no folder to write to: a container may have none. */
  static async open(ranges: number): Promise<FactSpool | undefined> {
    const file = await TemporaryFile.open();
    return file && new FactSpool(file, ranges);
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
    let offset = this.#file.bytes;
    for (const [range, pending] of this.#pending.entries()) {
      if (pending.length === 0) continue;
      const text = Buffer.from(pending.join(''));
      pending.length = 0;
      this.#blocks[range]?.push({ section: this.#section, offset, length: text.length });
      texts.push(text);
      offset += text.length;
    }
    await this.#file.append(Buffer.concat(texts));
    this.#pendingLength = 0;
  }

  /** Everything that was added to a range. */
  async read(range: number): Promise<SpoolPart[]> {
    const parts: SpoolPart[] = [];
    for (const { section, offset, length } of this.#blocks[range] ?? []) {
      parts.push({ section, bytes: await this.#file.read(offset, length) });
    }
    return parts;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
