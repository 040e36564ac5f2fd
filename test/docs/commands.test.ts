import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

import { commands } from '../../src/commands/index.ts';

/** The headings name commands: `## relays, resend-relays`. */
const headings = [...readFileSync('docs/commands.md', 'utf8').matchAll(/^## (.+)$/gm)].flatMap(([, names = '']) => names.split(', '));

test('every command has its place in docs/commands.md', () => {
  expect(headings.length).toBeGreaterThan(20);
  expect(commands.map(({ name }) => name).filter((name) => !headings.includes(name))).toEqual([]);
});
