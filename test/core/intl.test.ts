import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['src', 'migrations'];
/** Nothing else in Node knows time zones, which are those of the IANA database (docs/decisions/0018). */
const ZONES = 'src/core/zone.ts';
const ASKS_INTL = /\bIntl\.|\.(?:toLocale\w+|localeCompare)\(/;

test('no code asks Intl but for time zones: its answers are those of CLDR and change from one release of Node to the next', () => {
  const files = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)));
  const sources = files.filter((file) => file.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((file) => file !== ZONES && ASKS_INTL.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});
