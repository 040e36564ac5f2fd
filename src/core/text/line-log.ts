/** Memory is taken a slab at a time; a line that is longer gets a slab of its own. */
const SLAB_BYTES = 1 << 20;
/** Before each line: its length in bytes. */
const LENGTH_BYTES = 4;

/**
 * Memory of logs that are done with, for those that follow. Left to the collector it would come back late, and the
 * process would hold it twice.
 */
export class Slabs {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
  }

  give(slabs: readonly Buffer[]): void {
    this.#free.push(...slabs.filter(({ length }) => length === SLAB_BYTES));
  }
}

/**
 * Many lines in memory that the collector of garbage neither moves nor visits: they are only added and read, and
 * forgotten together.
 */
export class LineLog {
  readonly #pool: Slabs;
  #slabs: Buffer[] = [];
  #end = SLAB_BYTES;

  constructor(pool: Slabs) {
    this.#pool = pool;
  }

  /** How much memory the lines take. */
  get bytes(): number {
    return this.#slabs.reduce((sum, { length }) => sum + length, 0);
  }

  /** Keeps a copy of the bytes from `start` to `end`. @returns the place of the line */
  add(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    const taken = LENGTH_BYTES + length;
    let slab = this.#slabs.at(-1);
    // Also of a slab that is longer, no more is used: a place tells the slab and where in a usual one.
    if (slab === undefined || this.#end + taken > SLAB_BYTES) {
      slab = taken > SLAB_BYTES ? Buffer.allocUnsafeSlow(taken) : this.#pool.take();
      this.#slabs.push(slab);
      this.#end = 0;
    }
    const at = this.#end;
    slab.writeUInt32LE(length, at);
    bytes.copy(slab, at + LENGTH_BYTES, start, end);
    this.#end = at + taken;
    return (this.#slabs.length - 1) * SLAB_BYTES + at;
  }

  /** Where the line of a place stands, among others. */
  bytesOf(place: number): Buffer {
    return this.#slabs[Math.floor(place / SLAB_BYTES)] as Buffer;
  }

  /** Where it begins there. */
  startOf(place: number): number {
    return (place % SLAB_BYTES) + LENGTH_BYTES;
  }

  /** Where it ends there. */
  endOf(place: number): number {
    const start = this.startOf(place);
    return start + this.bytesOf(place).readUInt32LE(start - LENGTH_BYTES);
  }

  /** Forgets all lines. */
  clear(): void {
    this.#pool.give(this.#slabs);
    this.#slabs = [];
    this.#end = SLAB_BYTES;
  }
}
