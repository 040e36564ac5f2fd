import type { StoredValue } from './feed-query.ts';

/** Where a page ended: the feed and query it is of, and the values of its last row by their order. */
export function encodeCursor(fingerprint: string, values: readonly StoredValue[]): string {
  return Buffer.from(JSON.stringify([fingerprint, ...values])).toString('base64url');
}

/** The values of a cursor; undefined if it is none of this feed and query. */
export function decodeCursor(text: string, fingerprint: string, count: number): readonly StoredValue[] | undefined {
  const content = parsed(text);
  if (!Array.isArray(content) || content.length !== count + 1) return undefined;
  const [of, ...values] = content as unknown[];
  const areStored = values.every((value) => value === null || typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value)));
  return of === fingerprint && areStored ? (values as StoredValue[]) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
