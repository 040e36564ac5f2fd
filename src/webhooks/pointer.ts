/** A JSON pointer (RFC 6901): empty for the whole, else `/a/b/0`. */
export const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

/** The value that a pointer leads to; undefined if nothing stands there. */
export function valueAt(content: unknown, pointer: string): unknown {
  let value = content;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
