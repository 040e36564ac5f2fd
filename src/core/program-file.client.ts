import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The version of package.json. */
export function packageVersion(): string {
  const file = programFile('package.json');
  return file === undefined ? 'unknown' : (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** A file or folder that comes with the program. Compiled code lies one folder deeper than its source. */
export function programFile(path: string): string | undefined {
  return ['../../', '../../../'].map((up) => fileURLToPath(new URL(`${up}${path}`, import.meta.url))).find(existsSync);
}
