import { sha256Hex } from '../../core/hash.ts';

const LENGTH = 24;

/**
 * What an answer is known by while nothing changes: weak, as `as_of` may differ.
 * @param parts whatever the answer depends on
 */
export function etagOf(parts: readonly (string | number | null)[]): string {
  return `W/"${sha256Hex(JSON.stringify(parts)).slice(0, LENGTH)}"`;
}

/** Whether an If-None-Match names the tag, among others or by `*` (RFC 9110, 13.1.2: compared weakly). */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.some((tag) => weak(tag) === weak(etag));
}

function weak(tag: string): string {
  return tag.replace(/^W\//, '');
}
