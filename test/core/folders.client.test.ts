import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { makeFolders } from '../../src/core/folders.client.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

test('makes what is missing with the wanted mode, and leaves what is there', () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'there'), { mode: 0o755 });
  makeFolders(join(root, 'there', 'one', 'two'), 0o700);
  makeFolders(join(root, 'there', 'one', 'two'), 0o700);
  expect(['there', 'there/one', 'there/one/two'].map((name) => statSync(join(root, name)).mode & 0o777)).toEqual([0o755, 0o700, 0o700]);
});

test('ends with the error of the system where a folder cannot be made', () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolders(join(root, 'file', 'below'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});
