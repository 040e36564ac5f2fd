import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { matchesShown, readExamples } from './readme-examples.ts';

/** In the order of a reader, who runs the demo first: later examples look at its database. */
const examples = ['README.md', 'docs/commands.md'].flatMap((page) => readExamples(readFileSync(page, 'utf8')));

describe('the examples of the README and of the page of commands', () => {
  let folder = '';

  // A folder that looks like a fresh clone after the build; the database of the demo is made in it.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hub-readme-'));
    for (const name of ['bin', 'fixtures', 'config']) symlinkSync(resolve(name), join(folder, name));
    copyFileSync('hub.config.yaml', join(folder, 'hub.config.yaml'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('are there for every command', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  it.each(examples)('print what is shown: $command', ({ command, shown }) => {
    const line = command.replace('npm run --silent demo', 'bin/hub demo');
    const { stdout, stderr, status } = spawnSync('sh', ['-c', line], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HUB_DATABASE_URL: 'sqlite:.hub/demo.db' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    if (!matchesShown(shown, stdout)) expect(stdout).toBe(shown.join('\n'));
  });
});
