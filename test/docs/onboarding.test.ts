import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

import { temporaryFolder } from '../support/suite/temporary-folder.ts';
import { matchesShown, readExamples } from './readme-examples.ts';

const PAGE = readFileSync('docs/onboarding.md', 'utf8');
/** The part of each example, by its heading. */
const sections = PAGE.split(/^## /m).slice(1).flatMap((part): [string, string][] => (part.startsWith('Example') ? [[part.split('\n')[0] ?? '', part]] : []));

test('the page has three examples', () => {
  expect(sections).toHaveLength(3);
});

// A folder that looks like a fresh clone after the build, but for the configuration, which each example writes itself.
test.each(sections)('%s: each command prints what is shown', (_: string, section: string) => {
  const folder = temporaryFolder('onboarding');
  for (const name of ['bin', 'fixtures', 'config']) symlinkSync(resolve(name), join(folder, name));
  const environment: Record<string, string> = {};
  for (const { command, shown } of readExamples(section)) {
    if (command.startsWith('export ')) {
      for (const word of command.split(' ').slice(1)) environment[word.split('=')[0] ?? ''] = word.split('=').slice(1).join('=');
      continue;
    }
    const { stdout } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], ...environment } });
    if (!matchesShown(shown, stdout)) expect({ command, stdout }).toEqual({ command, stdout: shown.join('\n') });
  }
}, 180_000);
