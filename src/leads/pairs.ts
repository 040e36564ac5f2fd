import { isUtf8 } from 'node:buffer';

/**
 * A name and its value as a request carries them. A value that cannot be decoded is null, and its bytes follow in
 * base64: those of `note=Zo%EB` are `["note", null, "Wm/r"]`; an escape that is broken stands in them as it came.
 */
export type FormPair = readonly [name: string, value: string] | readonly [name: string, value: null, bytes: string];

const [AMPERSAND, EQUALS, PLUS, PERCENT, BLANK] = [0x26, 0x3d, 0x2b, 0x25, 0x20];

/**
 * The pairs of a body or a query of `application/x-www-form-urlencoded`, in their order; read byte by byte, so that one
 * broken escape costs one value (serve specification, "Lead capture"). A name that cannot be decoded has U+FFFD in it.
 */
export function parseUrlencoded(bytes: Uint8Array): FormPair[] {
  const pairs: FormPair[] = [];
  for (let start = 0; start < bytes.length; ) {
    const next = bytes.indexOf(AMPERSAND, start);
    const end = next === -1 ? bytes.length : next;
    if (end > start) pairs.push(parsePair(bytes.subarray(start, end)));
    start = end + 1;
  }
  return pairs;
}

/**
 * The pairs of a JSON object whose values are texts, numbers, booleans and lists of these; undefined if the bytes hold
 * anything else. A list is a pair for each of its values.
 */
export function parseJsonPairs(bytes: Uint8Array): FormPair[] | undefined {
  const parsed = isUtf8(bytes) ? parsedJson(Buffer.from(bytes).toString('utf8')) : undefined;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const pairs = Object.entries(parsed).flatMap(([name, value]: [string, unknown]) => (Array.isArray(value) ? (value as unknown[]) : [value]).map((each) => ({ name, each })));
  if (!pairs.every(({ each }) => ['string', 'number', 'boolean'].includes(typeof each))) return undefined;
  return pairs.map(({ name, each }) => textPair(name.toWellFormed(), String(each)));
}

function parsePair(bytes: Uint8Array): FormPair {
  const at = bytes.indexOf(EQUALS);
  const name = decoded(at === -1 ? bytes : bytes.subarray(0, at)).bytes.toString('utf8');
  const value = decoded(at === -1 ? new Uint8Array() : bytes.subarray(at + 1));
  return value.isWhole && isUtf8(value.bytes) ? [name, value.bytes.toString('utf8')] : [name, null, value.bytes.toString('base64')];
}

/** Half of a surrogate pair is no text that UTF-8 could hold. */
function textPair(name: string, value: string): FormPair {
  return value.isWellFormed() ? [name, value] : [name, null, Buffer.from(value, 'utf8').toString('base64')];
}

function decoded(bytes: Uint8Array): { readonly bytes: Buffer; readonly isWhole: boolean } {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let isWhole = true;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== PERCENT) {
      out[length++] = byte === PLUS ? BLANK : byte;
      continue;
    }
    const [high, low] = [hexValue(bytes[at + 1]), hexValue(bytes[at + 2])];
    if (high === undefined || low === undefined) {
      isWhole = false;
      out[length++] = byte;
    } else {
      out[length++] = high * 16 + low;
      at += 2;
    }
  }
  return { bytes: out.subarray(0, length), isWhole };
}

function hexValue(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
