import { sha256Hex } from '../../core/hash.ts';
import type { Stream } from './platform.ts';

const DIGITS = 16;

/** Hash of a stream's definition, its functions included: a batch tells by it which one it was made with. */
export function definitionHash(stream: Stream): string {
  return sha256Hex(JSON.stringify(stream, (_name, value: unknown) => (typeof value === 'function' || value instanceof RegExp ? String(value) : value))).slice(0, DIGITS);
}
