import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import type { Command } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import { commonOptions } from '../../src/commands/options.ts';
import { PROJECT, workspace } from '../support/hub.ts';

/** Every command with the words that call it: `quarantine list`. */
const all = commands.flatMap((command) => called(command));

describe('the list of commands', () => {
  test('has one command for each file, named as the file', () => {
    const folder = join(PROJECT, 'src', 'commands');
    const declared = readdirSync(folder).filter((file) => file.endsWith('.ts') && /^export const \w+: Command = /m.test(readFileSync(join(folder, file), 'utf8')));
    const listed = [...commands, ...commands.flatMap((command) => command.commands ?? [])].map((command) => `${command.name}.ts`);
    expect(declared.filter((file) => !listed.includes(file))).toEqual([]);
    expect(commands.map((command) => `${command.name}.ts`).filter((file) => !declared.includes(file))).toEqual([]);
  });

  test('has an object for each: a group has commands, everything else runs and has an example that calls it', () => {
    for (const { words, command } of all) {
      expect({ words, group: command.commands !== undefined }).toEqual({ words, group: command.run === undefined });
      if (command.run !== undefined) {
        const examples = command.examples ?? [];
        expect(examples.length).toBeGreaterThan(0);
        for (const example of examples) expect(`${example} `).toContain(`hub ${words.join(' ')} `);
      }
    }
  });
});

describe('--help', () => {
  test.each(all.map(({ words, command }) => [words.join(' '), command] as const))(
    'of %s shows its options with their variables, and examples',
    async (words, command) => {
      const result = await workspace().hub([...words.split(' '), '--help']);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      const help = result.stdout.replace(/\s+/g, ' ');
      for (const option of command.run === undefined ? [] : [...(command.options ?? []), ...commonOptions()]) {
        expect(help).toContain(`${option.flags} `);
        expect(help).toContain(`env: HUB_${option.name().toUpperCase().replaceAll('-', '_')})`);
      }
      expect(help).toContain('Examples: $ hub ');
    },
  );

  test('of hub itself lists the commands and the exit codes', async () => {
    const result = await workspace().hub(['--help']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    for (const { name } of commands) expect(result.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    expect(result.stdout).toContain('Exit codes:');
  });
});

function called(command: Command, before: readonly string[] = []): { words: string[]; command: Command }[] {
  const words = [...before, command.name];
  return [{ words, command }, ...(command.commands ?? []).flatMap((inner) => called(inner, words))];
}
