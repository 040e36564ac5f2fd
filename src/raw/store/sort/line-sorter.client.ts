import { HubError } from '../../../core/errors.ts';
import { LineLog, type Slabs } from '../../../core/text/line-log.ts';
import { orderOfKeys } from './key-order.ts';
import { LinesInMemory, LinesInFragments, mergeLines, type LineSource, type SortedLines } from './merge-lines.ts';
import { TemporaryFile } from './temporary-file.client.ts';

/** How many bytes of lines may stand where. */
export interface SortCapacity {
  readonly memory: number;
  readonly disk: number;
  /** Where on the disk: the system's folder for temporary files, if none is given. */
  readonly folder?: string;
}

/** Three sorters are at work at a time. */
const USUAL_CAPACITY: SortCapacity = { memory: 20 * 2 ** 20, disk: 512 * 2 ** 20 };
/** What a line in memory takes besides: its place, and what it is sorted with. */
const BYTES_PER_LINE = 32;
const READ_BYTES = 1 << 17;

/** A part of the file that is sorted by itself. */
interface Run {
  readonly offset: number;
  readonly length: number;
}

/**
 * Sorts lines by a key in each, in constant memory: as many as fit are sorted there, runs of them wait in a temporary
 * file, and reading merges the runs. Lines of one key come in the order in which they were added. A key is of printable
 * ASCII, begins at the same byte of each line, and ends with a tab; lines hold no line feed.
 */
export class LineSorter {
  readonly #keyStart: number;
  readonly #capacity: SortCapacity;
  readonly #lines: LineLog;
  #places: number[] = [];
  readonly #runs: Run[] = [];
  #file: TemporaryFile | 'none' | undefined;

  /**
   * @param keyStart where in each line the key begins
   * @param slabs shared by the sorters of a run
   */
  constructor(keyStart: number, slabs: Slabs, capacity: SortCapacity = USUAL_CAPACITY) {
    this.#keyStart = keyStart;
    this.#capacity = capacity;
    this.#lines = new LineLog(slabs);
  }

  /** Adds a copy of the line that these bytes hold from `start` to `end`. */
  add(bytes: Buffer, start: number, end: number): void {
    this.#places.push(this.#lines.add(bytes, start, end));
  }

  /**
   * To be called every some thousand lines: sees that there is room for more.
   * @returns false if there is none: no folder for temporary files, a full disk, or more than should stand there
   */
  async spill(): Promise<boolean> {
    if (this.#lines.bytes + this.#places.length * BYTES_PER_LINE < this.#capacity.memory) return true;
    this.#file ??= (await TemporaryFile.open(this.#capacity.folder)) ?? 'none';
    if (this.#file === 'none' || this.#file.bytes >= this.#capacity.disk) return false;
    const run = await this.#write(this.#file);
    if (run === undefined) return false;
    this.#runs.push(run);
    this.#forget();
    return true;
  }

  /** All lines in the order of their keys, some at a time. They may be read again. */
  sorted(): AsyncGenerator<SortedLines> {
    return mergeLines([...this.#runs.map((run) => new LinesInFragments(this.#read(run))), this.#inMemory()], this.#keyStart);
  }

  /** Forgets all lines, so that others can be added. */
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
      for await (const { bytes } of mergeLines([this.#inMemory()], this.#keyStart)) await file.append(bytes);
    } catch (error) {
      if (error instanceof HubError && error.code === 'temporary_file') return undefined;
      throw error;
    }
    return { offset, length: file.bytes - offset };
  }

  #inMemory(): LineSource {
    return new LinesInMemory(this.#lines, this.#places, orderOfKeys(this.#lines, this.#places, this.#keyStart));
  }

  async *#read({ offset, length }: Run): AsyncGenerator<Buffer> {
    const end = offset + length;
    for (let at = offset; at < end; at += READ_BYTES) yield await (this.#file as TemporaryFile).read(at, Math.min(READ_BYTES, end - at));
  }

  #forget(): void {
    this.#lines.clear();
    this.#places = [];
  }
}
