import { expect, test } from '@jest/globals';

import { commands } from '../../src/commands/index.ts';
import { upstreamOf } from '../../src/cli/upstream.ts';
import { upstreamCommands } from '../../src/engine/declare/job-commands.ts';

test('every command that can wait can be waited for', () => {
  const waiting = commands.filter(({ options }) => options?.some(({ long }) => long === '--after')).map(({ name }) => name);
  expect([...upstreamCommands].sort()).toEqual(waiting.sort());
});

test('what cannot be waited for is a mistake, with the command that may have been meant', () => {
  const read = (...after: readonly string[]) => () => upstreamOf({ after, maxWait: '30m' }, 'enrich');
  expect(read('import-billing', 'import-email')()).toEqual({ commands: ['import-billing', 'import-email'], maxWaitMs: 1_800_000 });
  expect(read()()).toEqual({ commands: [], maxWaitMs: 1_800_000 });
  expect(read('import-biling')).toThrow(
    expect.objectContaining({ kind: 'usage', code: 'unknown_command', nextStep: expect.stringMatching(/^Did you mean import-billing\? --after takes one of: import-email, /) }),
  );
  expect(read('runs')).toThrow(expect.objectContaining({ nextStep: expect.stringMatching(/^--after takes one of: /) }));
  expect(read('import-billing', 'enrich')).toThrow(expect.objectContaining({ code: 'invalid_after' }));
});
