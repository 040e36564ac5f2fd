import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';

import type { Command } from '../../src/cli/command.ts';
import { commands } from '../../src/commands/index.ts';
import { Confirmation } from '../../src/cli/flag.ts';
import { commonOptions } from '../../src/cli/options.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { PROJECT, workspace } from '../support/program/hub.ts';

/** Every command with the words that call it: `quarantine list`. */
const all = commands.flatMap((command) => called(command));

describe('the list of commands', () => {
  test('has one command for each file, named as the file', () => {
    const folder = join(PROJECT, 'src', 'commands');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const declared = files.filter((file) => /^export const \w+: Command = /m.test(readFileSync(join(folder, file), 'utf8'))).map((file) => basename(file));
    const listed = [...commands, ...commands.flatMap((command) => command.commands ?? [])].map((command) => `${command.name}.ts`).concat(commands.flatMap(({ name, commands: below = [] }) => below.map((command) => `${name}-${command.name}.ts`)));
    expect(declared.filter((file) => !listed.includes(file))).toEqual([]);
    expect(commands.map((command) => `${command.name}.ts`).filter((file) => !declared.includes(file))).toEqual([]);
  });

  test('has an object for each: a group has commands, everything else runs, and what runs has an example that calls it', () => {
    for (const { words, command } of all) {
      expect({ words, works: command.commands !== undefined || command.run !== undefined }).toEqual({ words, works: true });
      if (command.run !== undefined) {
        const examples = command.examples ?? [];
        expect(examples.length).toBeGreaterThan(0);
        for (const example of examples) expect(`${example} `).toContain(`hub ${words.join(' ')} `);
      }
    }
  });
});

test('what cannot be taken back is confirmed on the command line only', () => {
  const flags = all.flatMap(({ words, command }) => (command.options ?? []).filter((option) => option instanceof Confirmation).map((option) => `${words.join(' ')} ${option.flags}`));
  expect(flags.sort()).toEqual([
    ...['build-audiences --allow-shrink', 'build-audiences --allow-unread-objections', 'import-billing --allow-shrink', 'import-sources --allow-shrink', 'keys id rotate --yes', 'migrate down --all', 'migrate down --yes', 'quarantine discard --all', 'quarantine replay --all', 'resend-relays --force', 'secrets remove --yes', 'sources state reset --yes', 'sources state set --yes'],
    ...['webhooks discard --all', 'webhooks replay --all'],
  ]);
});

describe('--help', () => {
  test.each(all.map(({ words, command }) => [words.join(' '), command] as const))(
    'of %s shows its options with their variables, and examples',
    async (words, command) => {
      const help = (await helpOf(words.split(' '))).replace(/\s+/g, ' ');
      for (const option of command.run === undefined ? [] : [...(command.options ?? []), ...commonOptions()]) {
        expect(help).toContain(`${option.flags} `);
        const variable = `env: HUB_${option.name().toUpperCase().replaceAll('-', '_')})`;
        if (option instanceof Confirmation) expect(help).not.toContain(variable);
        else expect(help).toContain(variable);
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

  test('of a command is on stdout of the program as it is, and no error', async () => {
    const words = ['quarantine', 'replay'];
    expect(await workspace().hub([...words, '--help'])).toMatchObject({ code: 0, stderr: '', stdout: await helpOf(words) });
  });
});

/** What --help of a command prints. Forty processes for as many texts would take most of a minute. */
async function helpOf(words: readonly string[]): Promise<string> {
  let printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const program = buildProgram(commands, '0.0.0', false, () => Promise.reject(new Error('--help runs nothing')));
    await expect(program.parseAsync(['node', 'hub', ...words, '--help'])).rejects.toMatchObject({ exitCode: 0 });
  } finally {
    write.mockRestore();
  }
  return printed;
}

function called(command: Command, before: readonly string[] = []): { words: string[]; command: Command }[] {
  const words = [...before, command.name];
  return [{ words, command }, ...(command.commands ?? []).flatMap((inner) => called(inner, words))];
}
