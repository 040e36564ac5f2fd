import type { Command as Program, Option } from 'commander';

import { HubError } from '../core/errors.ts';
import { Companion } from './flag.ts';

/** The one argument that may be empty: a text to explain, as billing writes it. */
const TEXT = 'text';

/**
 * Refuses what can be parsed, but not be meant: an empty value or argument, as a variable of the shell that is not set
 * leaves it, and an option about another one that is not given.
 * @param program the command, with its command line parsed
 * @throws HubError usage
 */
export function requireMeaning(program: Program, options: readonly Option[]): void {
  for (const option of options) {
    const name = option.attributeName();
    if (program.getOptionValueSource(name) !== 'cli') continue;
    if (isBlank(program.getOptionValue(name))) throw empty(option.long ?? option.flags);
    if (!(option instanceof Companion) || program.getOptionValue(attributeOf(option.other, options)) !== undefined) continue;
    throw new HubError('usage', 'option_without_effect', `${option.long ?? option.flags} has no effect without ${option.other}.`, {
      nextStep: `Add ${option.other}, or leave ${option.long ?? option.flags} out.`,
    });
  }
  for (const [index, argument] of program.registeredArguments.entries()) {
    if (argument.name() !== TEXT && isBlank(program.processedArgs[index])) throw empty(`<${argument.name()}>`);
  }
}

function isBlank(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isBlank) : typeof value === 'string' && value.trim() === '';
}

function attributeOf(flag: string, options: readonly Option[]): string {
  return options.find(({ long }) => long === flag)?.attributeName() ?? '';
}

function empty(place: string): HubError {
  return new HubError('usage', 'empty_value', `${place} is empty.`, {
    nextStep: 'Give a value; a variable of the shell that is not set leaves none.',
  });
}
