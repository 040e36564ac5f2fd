import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { expect, test } from '@jest/globals';

const LOGGER = resolve('dist/src/logger.js');

/** What a logger of that form writes for an error. */
function written(human: boolean): string {
  const script = `import { createLogger } from ${JSON.stringify(LOGGER)};
    createLogger('info', ${String(human)}).error('The batch is refused.', { code: 'unknown_coding', next: 'Export it as UTF-8.' });`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8', env: { NO_COLOR: '1' } });
  return stderr;
}

test('a terminal shows what to do next on a line of its own', () => {
  expect(written(true)).toMatch(/^\d\d:\d\d:\d\d error The batch is refused\. {2}\(code=unknown_coding\)\n {2}Next: Export it as UTF-8\.\n$/);
});

test('everybody else gets a line of JSON', () => {
  expect(JSON.parse(written(false))).toMatchObject({ level: 'error', message: 'The batch is refused.', code: 'unknown_coding', next: 'Export it as UTF-8.' });
});
