import { existsSync, readdirSync } from 'node:fs';
import { afterAll } from '@jest/globals';

import { cleanUp } from './cleanup.ts';
import { testRun } from './run.ts';

// Every test file must leave nothing behind: each database checks for open connections when it is dropped, each
// temporary folder for open files, and in the end the folder of the worker must be empty.
afterAll(async () => {
  await cleanUp();
  const { folder } = testRun();
  const left = existsSync(folder) ? readdirSync(folder) : [];
  if (left.length > 0) throw new Error(`This test file left files behind: ${left.join(', ')}`);
});
