import { isUtf8 } from 'node:buffer';

/** A line of a text without its end, or why it cannot be read. */
export type TextLine = { readonly text: string } | { readonly problem: string };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);

/**
 * The lines of UTF-8 that comes in pieces; each is read by itself, so that one that is wrong spoils no other. A line
 * ends at a line feed alone, or at the two of Windows: U+2028 and U+2029 are characters of texts (JSON Lines, 1), at
 * which Node's readline cuts from version 24 on. A byte order mark before the first line is no part of it. Nothing is
 * asked of the source before the first line is asked for, so no line gets lost that is there early.
 * @param longestBytes a longer line is a problem of its own, and is not kept in memory
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>, longestBytes = Number.MAX_SAFE_INTEGER): AsyncGenerator<TextLine> {
  let open = new OpenLine(longestBytes);
  let isFirst = true;
  const next = (): TextLine => {
    const line = open.end(isFirst);
    isFirst = false;
    open = new OpenLine(longestBytes);
    return line;
  };
  for await (const piece of source) {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      open.add(piece.subarray(start, end));
      yield next();
      start = end + 1;
    }
    open.add(piece.subarray(start));
  }
  if (!open.isEmpty) yield next();
}

/** A line whose end has not come yet. */
class OpenLine {
  readonly #longest: number;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#longest) this.#pieces.length = 0;
    else this.#pieces.push(piece);
  }

  end(isFirst: boolean): TextLine {
    if (this.#length > this.#longest) return { problem: `it is longer than ${this.#longest / 1024 / 1024} MiB` };
    let bytes = this.#pieces.length === 0 ? NOTHING : Buffer.concat(this.#pieces);
    if (isFirst && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) bytes = bytes.subarray(BYTE_ORDER_MARK.length);
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { problem: 'its bytes are no UTF-8' };
  }
}
