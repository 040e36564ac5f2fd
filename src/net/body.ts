import { pipeline, Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

import { messageOf } from '../core/errors.ts';

/** The beginning of an answer's body. */
export interface Body {
  readonly text: string;
  /** Why it is not what the server meant to send, in words; null if nothing went wrong. */
  readonly flaw: string | null;
}

/** So much of a body is kept. */
const KEPT_BYTES = 16 * 1_024;
/** So much is read of one that is encoded: enough for what is kept, whatever it decodes to. */
const ENCODED_BYTES = 4 * KEPT_BYTES;
const IDENTITY = new Set(['', 'identity']);

/**
 * Reads the first 16 KiB of a body, decoded by its Content-Encoding (RFC 9110, 8.4: gzip, deflate, br, or several of
 * them, the last one applied last). A longer one is cut there and the source closed; of one that breaks off or cannot be
 * decoded there is what came until then.
 */
export async function readBody(source: AsyncIterable<Uint8Array>, contentEncoding: string | undefined): Promise<Body> {
  const codings = codingsOf(contentEncoding);
  let { bytes, flaw } = await beginningOf(source, codings.length === 0 ? KEPT_BYTES : ENCODED_BYTES);
  for (const coding of codings.reverse()) {
    const decoder = decoderOf(coding, bytes);
    if (decoder === undefined) {
      flaw ??= `its content-encoding ${coding} is not known`;
      break;
    }
    const decoded = await beginningOf(Readable.from([bytes], { objectMode: false }).pipe(decoder), ENCODED_BYTES);
    flaw ??= decoded.flaw;
    ({ bytes } = decoded);
  }
  return { text: bytes.subarray(0, KEPT_BYTES).toString('utf8'), flaw };
}

/**
 * The whole body, decoded as it comes.
 * @throws what cuts it: the connection, or a coding that breaks off; a coding that is not known
 */
export function openBody(source: AsyncIterable<Uint8Array>, contentEncoding: string | undefined): AsyncIterable<Uint8Array> {
  const codings = codingsOf(contentEncoding);
  if (codings.length === 0) return source;
  const decoders = codings.reverse().map((coding) => {
    const decoder = STRICT[coding];
    if (decoder === undefined) throw new Error(`its content-encoding ${coding} is not known`);
    return decoder();
  });
  // What goes wrong reaches the reader through the last of them.
  return pipeline([Readable.from(source, { objectMode: false }), ...decoders], () => undefined) as unknown as AsyncIterable<Uint8Array>;
}

/**
 * A file that is packed with gzip, unpacked as it comes; one that its transfer has unpacked already is given as it is.
 * @throws what cuts it: the connection, or a file without its trailer
 */
export async function* openPacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes < GZIP.length; ) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  const whole = continued(first, pieces);
  yield* Buffer.concat(first).subarray(0, GZIP.length).equals(GZIP) ? openBody(whole, 'gzip') : whole;
}

/** The first bytes of every file that is packed with gzip (RFC 1952). */
const GZIP = Buffer.from([0x1f, 0x8b]);

async function* continued(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Decoders that refuse what breaks off. */
const STRICT: Readonly<Record<string, (() => Transform) | undefined>> = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };

function codingsOf(contentEncoding: string | undefined): string[] {
  return (contentEncoding ?? '').split(',').map((name) => name.trim().toLowerCase()).filter((name) => !IDENTITY.has(name));
}

async function beginningOf(source: AsyncIterable<Uint8Array>, most: number): Promise<{ bytes: Buffer; flaw: string | null }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let flaw: string | null = null;
  try {
    for await (const piece of source) {
      pieces.push(piece);
      size += piece.length;
      if (size > most) break;
    }
  } catch (error) {
    flaw = messageOf(error);
  }
  return { bytes: Buffer.concat(pieces).subarray(0, most), flaw };
}

/** A decoder that gives what it can of bytes that break off. */
function decoderOf(coding: string, bytes: Buffer) {
  const options = { finishFlush: constants.Z_SYNC_FLUSH };
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip(options);
  // Many servers send the bare stream in place of the zlib format that the name means.
  if (coding === 'deflate') return isZlib(bytes) ? createInflate(options) : createInflateRaw(options);
  if (coding === 'br') return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
  return undefined;
}

/** The header of RFC 1950: method 8, and a check that makes it a multiple of 31. */
function isZlib([first = 0, second = 0]: Buffer): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}
