import { expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { follow } from '../../../src/leads/intake/follow.ts';

/** Follows cycles that do what the list says, and ends after the last. */
async function followed(cycles: readonly (boolean | Error)[]) {
  const end = new AbortController();
  const told: string[] = [];
  let at = 0;
  const result = await follow({
    everyMs: 1,
    signal: end.signal,
    cycle() {
      const what = cycles[at++] ?? false;
      if (at >= cycles.length) end.abort();
      return what instanceof Error ? Promise.reject(what) : Promise.resolve(what);
    },
    trouble: ({ code }) => told.push(code),
  });
  return { ...result, told };
}

test('cycles go on until the signal, those without work too', async () => {
  expect(await followed([true, false, true, false])).toEqual({ cycles: 4, worked: 2, told: [] });
});

test('what another run, the network or a faulty file holds up is told, and the next cycle tries again', async () => {
  const held = [new HubError('transient', 'database_unreachable', 'gone'), new HubError('locked', 'locked', 'busy'), new HubError('configuration', 'forms_invalid', 'faulty')];
  expect(await followed([true, ...held, true])).toEqual({ cycles: 5, worked: 2, told: ['database_unreachable', 'locked', 'forms_invalid'] });
});

test('a faulty configuration at the start ends it, as does what no cycle can mend', async () => {
  await expect(followed([new HubError('configuration', 'forms_invalid', 'faulty'), true])).rejects.toMatchObject({ code: 'forms_invalid' });
  await expect(followed([true, new Error('a bug'), true])).rejects.toThrow('a bug');
});

test('what the signal interrupts is no failure', async () => {
  expect(await followed([true, new HubError('interrupted', 'interrupted', 'stopped')])).toMatchObject({ worked: 1, told: [] });
});
