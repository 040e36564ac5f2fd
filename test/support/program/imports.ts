import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORTED = /(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g;

/** The files that a file imports, at once or when it runs, and those that they do; types alone count for nothing. */
export function importsOf(file: string, found = new Set<string>()): ReadonlySet<string> {
  const text = readFileSync(file, 'utf8').replaceAll(/^(import|export) type [^;]*;$/gm, '');
  for (const [, path = ''] of text.matchAll(IMPORTED)) {
    const imported = join(dirname(file), path);
    if (found.has(imported) || !existsSync(imported)) continue;
    found.add(imported);
    importsOf(imported, found);
  }
  return found;
}
