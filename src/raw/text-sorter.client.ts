import { HubError } from '../core/errors.ts';
import { inBlocks } from '../core/in-blocks.ts';
import { TextLog, type Slabs } from '../core/text-log.ts';
import { TemporaryFile } from './temporary-file.client.ts';

/** A text and what it is sorted by. */
export interface KeyedText {
  readonly key: string;
  readonly text: string;
}

/** How many bytes of texts may stand where. */
export interface Room {
  readonly memory: number;
  readonly disk: number;
  /** Where on the disk: the system's folder for temporary files, if none is given. */
  readonly folder?: string;
}

/** Two sorters are at work at a time. */
const USUAL_ROOM: Room = { memory: 20 * 2 ** 20, disk: 512 * 2 ** 20 };
/** What a text in memory takes besides: its key and its place. */
const BYTES_PER_KEY = 80;
const READ_BYTES = 1 << 17;

/** A part of the file that is sorted by itself. */
interface Run {
  readonly offset: number;
  readonly length: number;
}

/**
 * Sorts texts in constant memory: as many as fit are sorted there, runs of them wait in a temporary file, and reading
 * merges the runs. Texts of one key come in the order in which they were added.
 */
export class TextSorter {
  readonly #room: Room;
  readonly #keyOf: (text: string) => string;
  readonly #texts: TextLog;
  #keys: string[] = [];
  #places: number[] = [];
  readonly #runs: Run[] = [];
  #file: TemporaryFile | 'none' | undefined;

  /**
   * @param keyOf the key of a text without line breaks
   * @param slabs shared by the sorters of a run
   */
  constructor(keyOf: (text: string) => string, slabs: Slabs, room: Room = USUAL_ROOM) {
    this.#room = room;
    this.#keyOf = keyOf;
    this.#texts = new TextLog(slabs);
  }

  /** Adds a text. @param key with memory of its own */
  add(key: string, text: string): void {
    this.#keys.push(key);
    this.#places.push(this.#texts.add(text));
  }

  /**
   * To be called every some thousand texts: sees that there is room for more.
   * @returns false if there is none: no folder for temporary files, a full disk, or more than should stand there
   */
  async makeRoom(): Promise<boolean> {
    if (this.#texts.bytes + this.#keys.length * BYTES_PER_KEY < this.#room.memory) return true;
    this.#file ??= (await TemporaryFile.open(this.#room.folder)) ?? 'none';
    if (this.#file === 'none' || this.#file.bytes >= this.#room.disk) return false;
    const run = await this.#write(this.#file);
    if (run === undefined) return false;
    this.#runs.push(run);
    this.#forget();
    return true;
  }

  /** All texts in the order of their keys, some at a time. They may be read again. */
  async *sorted(): AsyncGenerator<readonly KeyedText[]> {
    const sources: Source[] = [];
    for (const run of this.#runs) sources.push(new Source(this.#read(run)));
    sources.push(new Source(inBlocks(this.#inMemory(), (text) => text)));
    for (const source of sources) await source.fill();
    for (let block = merge(sources); block.length > 0; block = merge(sources)) {
      yield block;
      for (const source of sources) await source.fill();
    }
  }

  /** Forgets all texts, so that others can be added. */
  async clear(): Promise<void> {
    this.#forget();
    this.#runs.length = 0;
    if (this.#file !== 'none') {
      await this.#file?.close();
      this.#file = undefined;
    }
  }

  /** Writes what is in memory; undefined if the disk did not take all of it. */
  async #write(file: TemporaryFile): Promise<Run | undefined> {
    const offset = file.bytes;
    try {
      for (const texts of inBlocks(this.#inMemory(), ({ text }) => text)) await file.append(Buffer.from(`${texts.join('\n')}\n`));
    } catch (error) {
      if (error instanceof HubError && error.code === 'temporary_file') return undefined;
      throw error;
    }
    return { offset, length: file.bytes - offset };
  }

  *#inMemory(): Generator<KeyedText> {
    const keys = this.#keys;
    const order = Array.from(keys.keys()).sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : keys[a] === keys[b] ? a - b : 1));
    for (const index of order) yield { key: keys[index] as string, text: this.#texts.read(this.#places[index] as number) };
  }

  async *#read({ offset, length }: Run): AsyncGenerator<KeyedText[]> {
    const end = offset + length;
    let rest = Buffer.alloc(0);
    for (let at = offset; at < end; at += READ_BYTES) {
      const bytes = Buffer.concat([rest, await (this.#file as TemporaryFile).read(at, Math.min(READ_BYTES, end - at))]);
      const whole = bytes.lastIndexOf('\n') + 1;
      rest = bytes.subarray(whole);
      if (whole > 0) yield bytes.toString('utf8', 0, whole - 1).split('\n').map((text) => ({ key: this.#keyOf(text), text }));
    }
  }

  #forget(): void {
    this.#texts.clear();
    this.#keys = [];
    this.#places = [];
  }
}

/** Sorted texts of which the next ones are at hand. */
class Source {
  readonly #blocks: Iterator<readonly KeyedText[]> | AsyncIterator<readonly KeyedText[]>;
  #block: readonly KeyedText[] = [];
  #next = 0;
  #ended = false;

  constructor(blocks: Iterator<readonly KeyedText[]> | AsyncIterator<readonly KeyedText[]>) {
    this.#blocks = blocks;
  }

  /** The next text; undefined if fill must be called first, or there is none. */
  get head(): KeyedText | undefined {
    return this.#block[this.#next];
  }

  get ended(): boolean {
    return this.#ended;
  }

  take(): void {
    this.#next++;
  }

  async fill(): Promise<void> {
    while (this.head === undefined && !this.#ended) {
      const next = await this.#blocks.next();
      this.#ended = next.done === true;
      this.#block = next.done === true ? [] : next.value;
      this.#next = 0;
    }
  }
}

/** The next texts of all sources, until one of them must be filled. Of equal keys the earlier source's text comes first. */
function merge(sources: readonly Source[]): KeyedText[] {
  const merged: KeyedText[] = [];
  const open = sources.filter(({ ended }) => !ended);
  for (;;) {
    let least: Source | undefined;
    for (const source of open) {
      if (source.head === undefined) return merged;
      if (least?.head === undefined || source.head.key < least.head.key) least = source;
    }
    if (least?.head === undefined) return merged;
    merged.push(least.head);
    least.take();
  }
}
