import type { RowBytes } from '../../../db/dialect.ts';

/** A row that another batch took the place of; both as row texts. */
export interface Replacement {
  readonly before: string;
  readonly after: string;
  readonly action: 'update' | 'delete';
}

export const NO_BYTES = Buffer.alloc(0);

/** What some keys in a row come to. Lines that are to be written and stand beside each other are not even copied. */
export class DecidedRows {
  /** What happened to the keys, those of a key in their order. */
  readonly replacements: Replacement[] = [];
  readonly #bytes: Buffer;
  readonly #parts: Buffer[] = [];
  #rows = 0;
  #start = 0;
  #end = 0;

  /** @param bytes where the lines stand that `keep` names */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Of each key the row to be written. */
  get rows(): RowBytes {
    this.#cut(this.#end);
    const [only = NO_BYTES, ...others] = this.#parts;
    return { bytes: others.length === 0 ? only : Buffer.concat(this.#parts), rows: this.#rows };
  }

  /** Writes the line that stands there, with its line feed. */
  keep(start: number, end: number): void {
    if (start !== this.#end) this.#cut(start);
    this.#end = end;
    this.#rows++;
  }

  /** Writes another line. */
  add(text: string): void {
    this.#cut(this.#end);
    this.#parts.push(Buffer.from(`${text}\n`));
    this.#rows++;
  }

  /** Ends the lines that are beside each other; others begin here. */
  #cut(next: number): void {
    if (this.#end > this.#start) this.#parts.push(this.#bytes.subarray(this.#start, this.#end));
    this.#start = this.#end = next;
  }
}
