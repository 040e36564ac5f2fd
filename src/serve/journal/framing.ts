import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';

/**
 * The framing of the journal (serve specification, "Journal"): 8 lower-case hex digits of the body's length in bytes, a
 * blank, 8 of its CRC-32, a blank, the body (JSON in UTF-8 without a line feed), a line feed.
 */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

const HEADER_BYTES = 18;
const LINE_FEED = 0x0a;
const BLANK = 0x20;

/** Where something lies in a segment, in bytes: `from` inclusive, `to` exclusive. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What stands in a segment, in its order; a torn tail is the last. */
export type JournalEntry =
  | { readonly kind: 'record'; readonly range: ByteRange; readonly body: Buffer; readonly value: unknown }
  | { readonly kind: 'corrupt' | 'torn'; readonly range: ByteRange };

/**
 * A record as the journal holds it.
 * @throws RangeError for a body that no reader would take: too long, or nothing that JSON.stringify makes
 */
export function encodeRecord(value: unknown): Buffer {
  const body = JSON.stringify(value) as string | undefined;
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  if (body === undefined || length > MAX_BODY_BYTES) throw new RangeError(`A record of ${length} bytes cannot be journaled.`);
  const record = Buffer.allocUnsafe(HEADER_BYTES + length + 1);
  record.write(body, HEADER_BYTES, 'utf8');
  record.write(`${hex(length)} ${hex(crc32(record.subarray(HEADER_BYTES, HEADER_BYTES + length)))} `, 0, 'latin1');
  record[HEADER_BYTES + length] = LINE_FEED;
  return record;
}

/**
 * The entries of a segment. Where no record stands, the next offset behind a line feed at which one stands ends a
 * corrupt range; if there is none, the rest is a torn tail.
 */
export function* readJournal(bytes: Buffer): Generator<JournalEntry, void> {
  for (let offset = 0; offset < bytes.length; ) {
    const record = recordAt(bytes, offset);
    if (record !== undefined) {
      yield record;
      offset = record.range.to;
      continue;
    }
    const next = nextRecord(bytes, offset);
    yield { kind: next === undefined ? 'torn' : 'corrupt', range: { from: offset, to: next ?? bytes.length } };
    offset = next ?? bytes.length;
  }
}

function nextRecord(bytes: Buffer, from: number): number | undefined {
  for (let end = bytes.indexOf(LINE_FEED, from); end !== -1; end = bytes.indexOf(LINE_FEED, end + 1)) {
    if (recordAt(bytes, end + 1) !== undefined) return end + 1;
  }
  return undefined;
}

function recordAt(bytes: Buffer, offset: number): Extract<JournalEntry, { kind: 'record' }> | undefined {
  const [length, sum] = [numberAt(bytes, offset), numberAt(bytes, offset + 9)];
  if (length === undefined || sum === undefined || length < 1 || length > MAX_BODY_BYTES) return undefined;
  const end = offset + HEADER_BYTES + length;
  if (bytes[end] !== LINE_FEED) return undefined;
  const body = bytes.subarray(offset + HEADER_BYTES, end);
  if (crc32(body) !== sum || body.includes(LINE_FEED) || !isUtf8(body)) return undefined;
  const value = parsed(body);
  return value === undefined ? undefined : { kind: 'record', range: { from: offset, to: end + 1 }, body, value };
}

/** 8 lower-case hex digits and a blank; undefined if something else stands there. */
function numberAt(bytes: Buffer, offset: number): number | undefined {
  if (bytes[offset + 8] !== BLANK) return undefined;
  let value = 0;
  for (let at = offset; at < offset + 8; at++) {
    const byte = bytes[at] ?? 0;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : undefined;
    if (digit === undefined) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
