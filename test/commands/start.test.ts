import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { workspace } from '../support/program/hub.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

/** Notes every module of a package that is loaded. */
const hook = (file: string): string => `
  import { register } from 'node:module';
  const loader = "import { appendFileSync } from 'node:fs';" +
    "export async function load(url, context, next) { appendFileSync(${JSON.stringify(JSON.stringify(file)).slice(1, -1)}, url + '\\\\n'); return next(url, context); }";
  register('data:text/javascript,' + encodeURIComponent(loader));`;

test('help and the names of commands load no package but those that read the command line, write the log and hash', async () => {
  const file = join(temporaryFolder(), 'loaded.txt');
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hook(file))}`;
  expect((await workspace().hub(['--help'], { NODE_OPTIONS })).code).toBe(0);
  const packages = [...readFileSync(file, 'utf8').matchAll(/\/node_modules\/(@[^/]+\/[^/]+|[^/]+)\//g)].map(([, name]) => name);
  expect([...new Set(packages)].sort()).toEqual(['commander', 'ms', 'xxhash-wasm']);
});
