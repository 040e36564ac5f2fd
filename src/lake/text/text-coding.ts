import { TextDecoder } from 'node:util';

import { HubError } from '../../core/errors.ts';

/** The first bytes of what is no UTF-8, in hexadecimal. A header begins with letters, so that NUL bytes among them tell UTF-16. */
const OTHER_CODINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:fffe0000|0000feff|(?!00)..000000|000000(?!00)..)/, 'UTF-32'],
  [/^(?:(?!00)..00(?!00)..00|00(?!00)..00(?!00)..)/, 'UTF-16 without a byte order mark'],
  [/^1f8b/, 'compressed with gzip'],
  [/^504b0304/, 'a ZIP archive or a spreadsheet'],
  [/^425a683.314159/, 'compressed with bzip2'],
  [/^28b52ffd/, 'compressed with Zstandard'],
  [/^fd377a585a00/, 'compressed with xz'],
  [/^50415231/, 'Parquet'],
  [/^4f626a01/, 'Avro'],
];
/** So many bytes tell each of them. */
const FIRST_BYTES = 8;
const UTF_16_MARKS: readonly (readonly [RegExp, 'utf-16le' | 'utf-16be'])[] = [
  [/^fffe/, 'utf-16le'],
  [/^feff/, 'utf-16be'],
];

/**
 * The bytes of a text file as UTF-8 (billing specification, "Text form"): UTF-16 with a byte order mark is decoded, UTF-8 comes as
 * it is.
 * @param file its name, for errors
 * @throws HubError refused: `unknown_coding` for what its first bytes show to be something else, `unreadable_file` for damaged UTF-16
 */
export async function* decodeText(bytes: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  let first: Buffer | undefined = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  const decode = (chunk?: Buffer): Buffer => (decoder === undefined ? (chunk ?? Buffer.alloc(0)) : decodeUtf16(decoder, chunk, file));
  for await (const chunk of bytes) {
    if (first === undefined) {
      yield decode(chunk);
      continue;
    }
    first = Buffer.concat([first, chunk]);
    if (first.length < FIRST_BYTES) continue;
    decoder = decoderOf(first, file);
    yield decode(first);
    first = undefined;
  }
  if (first !== undefined && first.length > 0) {
    decoder = decoderOf(first, file);
    yield decode(first);
  }
  if (decoder !== undefined) yield decode();
}

/** The decoder that a file of these first bytes needs; undefined for UTF-8. */
function decoderOf(first: Buffer, file: string): TextDecoder | undefined {
  const shown = first.toString('hex', 0, FIRST_BYTES);
  const other = OTHER_CODINGS.find(([pattern]) => pattern.test(shown));
  if (other !== undefined) {
    throw new HubError('refused', 'unknown_coding', `A file of the batch is ${other[1]}, not text in UTF-8.`, {
      context: { file },
      nextStep: 'Have the exporter write CSV in UTF-8, or in UTF-16 with a byte order mark; nothing of this batch was stored.',
    });
  }
  const mark = UTF_16_MARKS.find(([pattern]) => pattern.test(shown));
  return mark && new TextDecoder(mark[1], { fatal: true });
}

/** @param chunk undefined at the end */
function decodeUtf16(decoder: TextDecoder, chunk: Buffer | undefined, file: string): Buffer {
  try {
    return Buffer.from(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
  } catch (cause) {
    throw new HubError('refused', 'unreadable_file', 'A file of the batch begins as UTF-16 and holds bytes that are none.', {
      context: { file },
      nextStep: 'Have the exporter write the file again; nothing of this batch was stored.',
      cause,
    });
  }
}

/**
 * The bytes of a text file in another encoding as UTF-8.
 * @param encoding a label of the Encoding Standard; @param file its name, for errors
 * @throws HubError refused: `unknown_coding` for what its first bytes show to be compressed or no text at all, `unreadable_file` for bytes
 *   that stand for no character
 */
export async function* decodeTextAs(bytes: AsyncIterable<Buffer>, encoding: string, file: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Buffer): Buffer => {
    try {
      return Buffer.from(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }));
    } catch (cause) {
      throw new HubError('refused', 'unreadable_file', `A file of the batch holds bytes that stand for nothing in ${encoding}.`, {
        context: { file },
        nextStep: 'Correct format.encoding of the feed in hub.config.yaml, or have the exporter write the file again; nothing of this batch was stored.',
        cause,
      });
    }
  };
  for await (const chunk of bytes) yield decode(chunk);
  yield decode();
}
