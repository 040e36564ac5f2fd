const LINE_FEED = 0x0a;

/** The lines of a text in UTF-8 that comes in pieces, without their line feeds, however long they are. */
export async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const last = chunk.subarray(from, end);
      yield rest.length === 0 ? last.toString() : Buffer.concat([...rest, last]).toString();
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  // A rest without a line feed counts as a line.
  if (rest.length > 0) yield Buffer.concat(rest).toString();
}
