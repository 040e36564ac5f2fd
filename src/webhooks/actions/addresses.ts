import { isUtf8 } from 'node:buffer';

import { mayHoldAddress } from '../../core/text/addresses.ts';
import { withoutErased } from '../../raw/erasure/erased-text.ts';

/** The SHA-256 of every address in a body, in whatever spelling; one that is no UTF-8 is read as Latin-1. */
export function addressesIn(body: Buffer): string[] {
  const text = body.toString(isUtf8(body) ? 'utf8' : 'latin1');
  if (!mayHoldAddress(text)) return [];
  const hashes = new Set<string>();
  withoutErased(text, (hash) => {
    hashes.add(hash);
    return false;
  });
  return [...hashes];
}
