import { isUtf8 } from 'node:buffer';

/** A body as its row has it. */
export interface BodyText {
  readonly body: string;
  readonly is_base64: boolean;
}

/** Text where it can be, so that people read it and an erasure finds addresses in it. */
export function bodyTextOf(bytes: Buffer): BodyText {
  return isUtf8(bytes) ? { body: bytes.toString('utf8'), is_base64: false } : { body: bytes.toString('base64'), is_base64: true };
}

/** The bytes of a stored body. */
export function bytesOf({ body, is_base64: isBase64 }: { readonly body: string; readonly is_base64: number | boolean }): Buffer {
  return Buffer.from(body, isBase64 ? 'base64' : 'utf8');
}
