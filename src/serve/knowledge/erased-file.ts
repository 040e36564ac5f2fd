import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { codeOf } from '../../core/errors.ts';

const NAME = 'erased';

/** Keeps the hashes of erased persons in a writer's folder: whoever publishes its segments leaves their records out. */
export function writeErased(folder: string, hashes: readonly string[]): void {
  const file = join(folder, NAME);
  writeFileSync(`${file}.new`, hashes.map((hash) => `${hash}\n`).join(''), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The hashes that a writer's folder has; none where no server has learned of an erasure. */
export function readErasedFile(folder: string): string[] {
  try {
    return readFileSync(join(folder, NAME), 'utf8').split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
