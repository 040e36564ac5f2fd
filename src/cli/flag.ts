import { InvalidArgumentError, Option } from 'commander';

import { HubError } from '../core/errors.ts';
import { useOneOf } from '../core/text/nearest.ts';
import type { OptionValues } from './command.ts';

/** Reads what stands behind an option: its text and how the option is written, `--as-of`. */
type Parse<Value> = (text: string, flag: string) => Value;

/**
 * An option that declares what its value is, so that a command has it typed: `limit.of(options)`. Commander checks the
 * form of lists and choices as it parses the command line; every other text is read by `of`, when the command asks for it.
 */
export class Flag<Value> extends Option {
  readonly #read: (given: unknown, flag: string) => Value;

  constructor(flags: string, description: string, read: (given: unknown, flag: string) => Value) {
    super(flags, description);
    this.#read = read;
  }

  /** The value among those of a command line. @throws HubError usage if the text is none */
  of(options: OptionValues): Value {
    return this.#read(options[this.attributeName()] ?? this.defaultValue, this.long ?? this.flags);
  }

  /** Whether there is a value, whatever it is. */
  isGiven(options: OptionValues): boolean {
    return options[this.attributeName()] !== undefined;
  }

  /** With a value for where it is not given, as it would be written. */
  or(text: string): Flag<Exclude<Value, undefined>> {
    return this.default(text) as Flag<unknown> as Flag<Exclude<Value, undefined>>;
  }

  /** One without which the command does not run. */
  needed(): Flag<Exclude<Value, undefined>> {
    return this.makeOptionMandatory() as Flag<unknown> as Flag<Exclude<Value, undefined>>;
  }
}

/** A flag that confirms what cannot be taken back: only the command line gives it, as a variable would confirm every call. */
export class Confirmation extends Flag<boolean> {
  constructor(flags: string, description: string) {
    super(flags, description, (given) => given === true);
  }
}

/**
 * An option that says something about another one: on the command line it is a mistake without that one. A variable may
 * stand for all commands, also for those that are called without it.
 */
export class Companion<Value> extends Flag<Value | undefined> {
  /** The other one, as it is written: `--after`. */
  readonly other: string;

  constructor(flags: string, description: string, other: string, parse: Parse<Value>) {
    super(flags, description, read(parse));
    this.other = other;
  }
}

/** An option with a value, read by `parse` or as it is written; undefined if it is not given. */
export function option(flags: string, description: string): Flag<string | undefined>;
export function option<Value>(flags: string, description: string, parse: Parse<Value>): Flag<Value | undefined>;
export function option(flags: string, description: string, parse: Parse<unknown> = (text) => text): Flag<unknown> {
  return new Flag(flags, description, read(parse));
}

/** An option without a value: whether it is given; of `--no-progress`, whether it is not. */
export function toggle(flags: string, description: string): Flag<boolean> {
  return new Flag(flags, description, flags.startsWith('--no-') ? (given) => given !== false : (given) => given === true);
}

/** An option with one of certain values. */
export function choice<Choice extends string>(flags: string, description: string, choices: readonly Choice[]): Flag<Choice | undefined> {
  return new Flag(flags, description, (given) => given as Choice | undefined).choices(choices);
}

/** An option with several values. It splits at commas too, so that one environment variable can hold them. */
export function list(flags: string, description: string): Flag<readonly string[] | undefined> {
  return values(flags, description).argParser(listed);
}

/** The same, of certain values only. */
export function listOf<Choice extends string>(flags: string, description: string, choices: readonly Choice[]): Flag<readonly Choice[] | undefined> {
  return new Flag(flags, description, (given) => given as readonly Choice[] | undefined).argParser((value: string, earlier: string[] | undefined) => {
    const items = listed(value, earlier);
    if (items.every((item) => (choices as readonly string[]).includes(item))) return items;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  });
}

/** An option with several values that may have commas in them. */
export function values(flags: string, description: string): Flag<readonly string[] | undefined> {
  return new Flag(flags, description, (given) => given as readonly string[] | undefined);
}

/** An option with one of certain names; of another one, the nearest is proposed. */
export function named(flags: string, description: string, known: readonly string[]): Flag<string | undefined> {
  return option(flags, description).argParser((value: string) => {
    if (known.includes(value)) return value;
    throw new InvalidArgumentError(useOneOf(value, known));
  });
}

/** A whole number of at least 1. */
export const count: Parse<number> = (text, flag) => {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new HubError('usage', 'invalid_number', `"${text}" is no valid value of ${flag}.`, { nextStep: 'Give a whole number of at least 1.' });
};

function read<Value>(parse: Parse<Value>): (given: unknown, flag: string) => Value | undefined {
  return (given, flag) => (typeof given === 'string' ? parse(given, flag) : undefined);
}

function listed(value: string, earlier: readonly string[] | undefined): string[] {
  const items = value.split(',').map((item) => item.trim()).filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('It names nothing.');
  return [...(earlier ?? []), ...items];
}
