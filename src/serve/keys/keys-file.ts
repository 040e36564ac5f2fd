import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import { codeOf } from '../../core/errors.ts';
import type { ApiKey } from './api-key.ts';

/** Keeps the keys that were used here, for a start without the database; they hold hashes, and nobody else may read them. */
export function writeKeysFile(file: string, keys: readonly ApiKey[]): void {
  writeFileSync(`${file}.new`, JSON.stringify(keys), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The keys of the file; none where there is none, or where it is of no use. Of a folder that is none the journal tells. */
export function readKeysFile(file: string): ApiKey[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ApiKey[];
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') || error instanceof SyntaxError) return [];
    throw error;
  }
}
