/** Memory is taken a slab at a time; a text that is longer gets a slab of its own. */
const SLAB_BYTES = 1 << 20;
/** Before each text: its length in bytes, and whether it is ASCII. */
const PREFIX_BYTES = 4;
const ASCII = 0x8000_0000;

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
 * Many texts in memory that the collector of garbage neither moves nor visits: they are only added and read, and
 * forgotten together.
 */
export class TextLog {
  readonly #pool: Slabs;
  #slabs: Buffer[] = [];
  #end = SLAB_BYTES;

  constructor(pool: Slabs) {
    this.#pool = pool;
  }

  /** How much memory the texts take. */
  get bytes(): number {
    return this.#slabs.reduce((sum, { length }) => sum + length, 0);
  }

  /** Keeps a text. @returns where it is */
  add(text: string): number {
    const most = PREFIX_BYTES + text.length * 3;
    let slab = this.#slabs.at(-1);
    // Also of a slab that is longer, no more is used: a place tells the slab and where in a usual one.
    if (slab === undefined || this.#end + most > SLAB_BYTES) {
      slab = most > SLAB_BYTES ? Buffer.allocUnsafeSlow(most) : this.#pool.take();
      this.#slabs.push(slab);
      this.#end = 0;
    }
    const at = this.#end;
    const length = slab.write(text, at + PREFIX_BYTES, 'utf8');
    slab.writeUInt32LE((length === text.length ? ASCII : 0) + length, at);
    this.#end = at + PREFIX_BYTES + length;
    return (this.#slabs.length - 1) * SLAB_BYTES + at;
  }

  /** The text at a place that `add` gave. */
  read(place: number): string {
    const at = place % SLAB_BYTES;
    const slab = this.#slabs[(place - at) / SLAB_BYTES] as Buffer;
    const prefix = slab.readUInt32LE(at);
    const start = at + PREFIX_BYTES;
    return prefix >= ASCII ? slab.toString('latin1', start, start + prefix - ASCII) : slab.toString('utf8', start, start + prefix);
  }

  /** Forgets all texts. */
  clear(): void {
    this.#pool.give(this.#slabs);
    this.#slabs = [];
    this.#end = SLAB_BYTES;
  }
}
