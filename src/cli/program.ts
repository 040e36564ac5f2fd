import { Command as Program, type Option } from 'commander';

import type { Command, OptionValues } from './command.ts';
import { requireMeaning } from './meaning.ts';
import { Confirmation } from './flag.ts';
import { commonOptions, environmentVariable } from './options.ts';

/** Runs a command with its parsed options and arguments. */
export type Execute = (command: Command, options: OptionValues, args: readonly string[]) => Promise<void>;

const EXIT_CODES_HELP = `
Exit codes:
  0  done                                4  another run holds the lock
  1  unexpected error                    5  --after not fresh within --max-wait
  2  usage or configuration              6  transient failure, a retry can help
  3  done, but part was refused          130, 143  interrupted by SIGINT, SIGTERM

Run hub <command> --help for its options, their environment variables and examples.`;

/**
 * Builds the command line from the list of commands. Usage errors leave parseAsync as CommanderError; their text goes
 * to stderr only if people read it there.
 */
export function buildProgram(commands: readonly Command[], version: string, human: boolean, run: Execute): Program {
  const program = new Program('hub')
    .description('Data integration hub: imports, repairs, classifies and explains billing and e-mail data.')
    .version(version)
    // An option behind the word of a command is that one's, also where a command above it has the same.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(human ? {} : { writeErr: () => undefined })
    .showSuggestionAfterError()
    .showHelpAfterError('Run the command with --help to see its options and examples.')
    .addHelpText('after', EXIT_CODES_HELP);
  for (const command of commands) addCommand(program, command, run);
  return program;
}

/** All options of one command, those that every command has included; each but a confirmation with its environment variable. */
function optionsOf(command: Command): Option[] {
  if (command.run === undefined) return [];
  const options = [...(command.options ?? []), ...commonOptions(command.csv)];
  return options.map((option) => (option instanceof Confirmation ? option : option.env(environmentVariable(option))));
}

/** The options of a command and of the commands below it. */
export function allOptionsOf(command: Command): Option[] {
  return [...optionsOf(command), ...(command.commands ?? []).flatMap(allOptionsOf)];
}

function addCommand(parent: Program, command: Command, run: Execute): void {
  const child = parent.command(command.name).summary(command.summary).description(command.description ?? sentence(command.summary));
  if (command.arguments !== undefined) child.arguments(command.arguments);
  if (command.run !== undefined && command.commands !== undefined) child.enablePositionalOptions();
  for (const subcommand of command.commands ?? []) addCommand(child, subcommand, run);
  const options = optionsOf(command);
  for (const option of options) child.addOption(option);
  if (command.run !== undefined) {
    child.action(async (...received: unknown[]) => {
      requireMeaning(child, options);
      // commander hands over the arguments, then the options, then itself.
      await run(command, child.opts(), received.slice(0, -2).flat().filter((value) => typeof value === 'string'));
    });
  }
  child.addHelpText('after', `\nExamples:\n${examplesOf(command).map((example) => `  $ ${example}`).join('\n')}`);
}

/** A group shows one example of each of its commands. */
function examplesOf(command: Command): readonly string[] {
  return command.examples ?? (command.commands ?? []).flatMap((subcommand) => examplesOf(subcommand).slice(0, 1));
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
