import { valueAt } from '../pointer.ts';
import { base64Digest, digestBytes, hexDigest, wholeNumber } from './digest.ts';
import { plainKey, plainSecretProblem } from './plain-secret.ts';
import type { Scheme } from './scheme.ts';

/** How a sender of no scheme of its own signs; headers by lower-case name. */
export interface HmacOptions {
  readonly header: string;
  readonly algorithm: 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  /** Before the digest. */
  readonly prefix: string;
  /** What is signed, with `{id}`, `{timestamp}` and `{body}`: `{timestamp}.{body}`. */
  readonly signed: string;
  readonly timestampHeader: string | undefined;
  readonly timestampUnit: 's' | 'ms';
  readonly idHeader: string | undefined;
  /** JSON pointers into the body. */
  readonly idPointer: string | undefined;
  readonly typePointer: string | undefined;
}

const MILLIS = 1_000;

/** Any HMAC over a template, as configured. */
export function hmac(options: HmacOptions): Scheme {
  const { header, algorithm, encoding, prefix, signed, timestampHeader, timestampUnit, idHeader, idPointer, typePointer } = options;
  const digestOf = encoding === 'hex' ? hexDigest : base64Digest;
  const template = signed.split(/(\{(?:id|timestamp|body)\})/);
  return {
    hash: algorithm,
    keyOf: plainKey,
    problemOf: plainSecretProblem,
    claim({ headers, body }) {
      const signature = headers[header] ?? '';
      const [time, id] = [timestampHeader, idHeader].map((name) => (name === undefined ? '' : (headers[name] ?? '')));
      if (signature === '' || (timestampHeader !== undefined && time === '') || (signed.includes('{id}') && id === '')) return 'missing_header';
      const digest = signature.startsWith(prefix) ? digestOf(signature.slice(prefix.length), digestBytes[algorithm]) : undefined;
      const stamp = timestampHeader === undefined ? undefined : wholeNumber(time ?? '');
      if (digest === undefined || (timestampHeader !== undefined && stamp === undefined)) return 'malformed_header';
      const values: Readonly<Record<string, string | Buffer>> = { '{id}': id ?? '', '{timestamp}': time ?? '', '{body}': body };
      return {
        ...{ digests: [digest], signed: template.map((piece) => values[piece] ?? piece) },
        at: stamp === undefined ? undefined : timestampUnit === 'ms' ? Math.floor(stamp / MILLIS) : stamp,
      };
    },
    name({ headers }, content) {
      const named = idHeader === undefined ? null : headers[idHeader] || null;
      return { id: named ?? textAt(content, idPointer), type: textAt(content, typePointer) };
    },
    readsBody: idPointer !== undefined || typePointer !== undefined,
    kept: [timestampHeader, idHeader].filter((name) => name !== undefined),
  };
}

/** A number is no id: JSON may have rounded it. */
function textAt(content: unknown, pointer: string | undefined): string | null {
  const value = pointer === undefined ? undefined : valueAt(content, pointer);
  return typeof value === 'string' ? value : null;
}
