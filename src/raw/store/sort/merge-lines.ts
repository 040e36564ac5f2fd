import type { LineLog } from '../../../core/text/line-log.ts';
import { compareKeys, headOf } from './key-order.ts';

/** Lines in the order of their keys, in memory of their own. */
export interface SortedLines {
  /** The lines, each with a line feed. */
  readonly bytes: Buffer;
  /** Where each line ends, after its line feed. */
  readonly ends: readonly number[];
  /** Of each line whether its key is that of the line before, also where that came with the lines before. */
  readonly repeats: readonly boolean[];
}

/** As much as a socket takes well at a time. */
const BLOCK_BYTES = 1 << 16;
const LINE_FEED = 10;
const NONE = Buffer.alloc(0);

/** Sorted lines that are read one after the other. */
export abstract class LineSource {
  /** Where the line that is read stands, from `start` to `end`, without its line feed. */
  bytes: Buffer = NONE;
  start = 0;
  end = 0;
  /** What its key begins with. */
  head = 0;
  ended = false;

  /** Goes on to the next line. @returns false if it is not at hand: `fill` goes on to it, or tells the end */
  abstract next(keyStart: number): boolean;
  abstract fill(keyStart: number): Promise<void>;

  protected goTo(bytes: Buffer, start: number, end: number, keyStart: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.head = headOf(bytes, start + keyStart);
  }
}

/** The lines of a log in an order. */
export class LinesInMemory extends LineSource {
  readonly #log: LineLog;
  readonly #places: readonly number[];
  readonly #order: Uint32Array;
  #next = 0;

  constructor(log: LineLog, places: readonly number[], order: Uint32Array) {
    super();
    this.#log = log;
    this.#places = places;
    this.#order = order;
  }

  next(keyStart: number): boolean {
    const index = this.#order[this.#next++];
    if (index === undefined) return false;
    const place = this.#places[index] as number;
    this.goTo(this.#log.bytesOf(place), this.#log.startOf(place), this.#log.endOf(place), keyStart);
    return true;
  }

  fill(keyStart: number): Promise<void> {
    this.ended = !this.next(keyStart);
    return Promise.resolve();
  }
}

/** Lines, each with a line feed, that come in pieces. */
export class LinesInFragments extends LineSource {
  readonly #fragments: AsyncIterator<Buffer>;
  #rest = 0;

  constructor(fragments: AsyncIterator<Buffer>) {
    super();
    this.#fragments = fragments;
  }

  next(keyStart: number): boolean {
    const end = this.bytes.indexOf(LINE_FEED, this.#rest);
    if (end < 0) return false;
    this.goTo(this.bytes, this.#rest, end, keyStart);
    this.#rest = end + 1;
    return true;
  }

  async fill(keyStart: number): Promise<void> {
    while (!this.ended && !this.next(keyStart)) {
      const fragment = await this.#fragments.next();
      if (fragment.done === true) this.ended = true;
      else this.bytes = Buffer.concat([this.bytes.subarray(this.#rest), fragment.value]);
      this.#rest = 0;
    }
  }
}

/** Merges sorted lines; of equal keys the earlier source's lines come first. @param keyStart where in each line the key begins */
export async function* mergeLines(sources: readonly LineSource[], keyStart: number): AsyncGenerator<SortedLines> {
  for (const source of sources) await source.fill(keyStart);
  const block = new Block(keyStart);
  for (let open = sources.filter(isOpen); open.length > 0; ) {
    const toFill = moveLines(open, block, keyStart);
    if (toFill === undefined) yield block.take();
    else {
      await toFill.fill(keyStart);
      if (toFill.ended) open = open.filter(isOpen);
    }
  }
  if (!block.isEmpty) yield block.take();
}

/** Moves lines until a source must be filled, which it returns, or the block is full. */
function moveLines(open: readonly LineSource[], block: Block, keyStart: number): LineSource | undefined {
  for (;;) {
    const least = leastOf(open, keyStart);
    if (!block.fits(least)) return undefined;
    block.add(least);
    if (!least.next(keyStart)) return least;
  }
}

function leastOf(open: readonly LineSource[], keyStart: number): LineSource {
  let least = open[0] as LineSource;
  for (let index = 1; index < open.length; index++) {
    const other = open[index] as LineSource;
    if (other.head > least.head) continue;
    if (other.head < least.head || compareKeys(other.bytes, other.start + keyStart, least.bytes, least.start + keyStart) < 0) least = other;
  }
  return least;
}

function isOpen({ ended }: LineSource): boolean {
  return !ended;
}

/** Lines that go on together. */
class Block {
  readonly #keyStart: number;
  #bytes = NONE;
  #end = 0;
  #ends: number[] = [];
  #repeats: boolean[] = [];
  /** The line before: where it stands, its key, and what that begins with. */
  #lastBytes = NONE;
  #lastKey = 0;
  #lastHead = -1;

  constructor(keyStart: number) {
    this.#keyStart = keyStart;
  }

  get isEmpty(): boolean {
    return this.#end === 0;
  }

  /** True also of a line that is longer than a block, if it is the first. */
  fits({ start, end }: LineSource): boolean {
    return this.#end === 0 || this.#end + end - start < this.#bytes.length;
  }

  add({ bytes, start, end, head }: LineSource): void {
    if (this.#end === 0) this.#bytes = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, end - start + 1));
    this.#repeats.push(head === this.#lastHead && compareKeys(bytes, start + this.#keyStart, this.#lastBytes, this.#lastKey) === 0);
    this.#lastBytes = this.#bytes;
    this.#lastKey = this.#end + this.#keyStart;
    this.#lastHead = head;
    bytes.copy(this.#bytes, this.#end, start, end);
    this.#end += end - start;
    this.#bytes[this.#end++] = LINE_FEED;
    this.#ends.push(this.#end);
  }

  take(): SortedLines {
    const taken = { bytes: this.#bytes.subarray(0, this.#end), ends: this.#ends, repeats: this.#repeats };
    this.#end = 0;
    this.#ends = [];
    this.#repeats = [];
    return taken;
  }
}
