const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const WHITE: ReadonlySet<number | undefined> = new Set([0x20, 0x0a, 0x0d, 0x09]);

/**
 * The texts of the items of one JSON array in UTF-8 that comes in pieces: however long the array is, one item is held. An item
 * is cut out, not checked; one that is missing between two commas is an empty text.
 * @throws Error if it is no array, something stands around it, or it ends before its closing bracket
 */
export async function* itemsIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const cutter = new ItemCutter();
  for await (const piece of bytes) yield* cutter.take(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  cutter.end();
}

class ItemCutter {
  /** Brackets that are open, that of the array included. */
  #depth = 0;
  #inText = false;
  #isEscaped = false;
  #isOver = false;
  #items = 0;
  #rest: Buffer[] = [];

  *take(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (this.#inText) this.#passText(byte);
      else if (this.#depth === 0) {
        if (byte === ARRAY && !this.#isOver) [this.#depth, from] = [1, at + 1];
        else if (!WHITE.has(byte)) throw new Error('no JSON array, or something stands around it');
      } else if (byte === QUOTE) this.#inText = true;
      else if (byte === ARRAY || byte === OBJECT) this.#depth++;
      else if (byte === ARRAY_END || byte === OBJECT_END) {
        if (--this.#depth > 0) continue;
        this.#isOver = true;
        const last = this.#item(chunk.subarray(from, at));
        if (last !== '' || this.#items > 0) yield last;
      } else if (byte === COMMA && this.#depth === 1) {
        this.#items++;
        yield this.#item(chunk.subarray(from, at));
        from = at + 1;
      }
    }
    if (this.#depth > 0 && from < chunk.length) this.#rest.push(chunk.subarray(from));
  }

  end(): void {
    if (!this.#isOver) throw new Error('a JSON array ends before its closing bracket');
  }

  #passText(byte: number | undefined): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#inText = false;
  }

  #item(end: Buffer): string {
    const bytes = this.#rest.length === 0 ? end : Buffer.concat([...this.#rest, end]);
    this.#rest = [];
    return bytes.toString().trim();
  }
}
