import { InvalidArgumentError, Option } from 'commander';

import { HubError } from '../core/errors.ts';
import type { BrandId } from '../core/ids.ts';
import { useOneOf } from '../core/text/nearest.ts';
import { parseShard, wholeShard, type Shard } from '../core/shard.ts';
import type { Config } from '../config.ts';
import { logLevels } from '../logger.ts';
import type { OptionValues } from './command.ts';

/** A flag that confirms what cannot be taken back: only the command line gives it, as a variable would confirm every call. */
export class Confirmation extends Option {}

/**
 * An option that says something about another one: on the command line it is a mistake without that one. A variable may
 * stand for all commands, also for those that are called without it.
 */
export class Companion extends Option {
  /** The other one, as it is written: `--after`. */
  readonly of: string;

  constructor(flags: string, description: string, of: string) {
    super(flags, description);
    this.of = of;
  }
}

/** The environment variable of an option: `--max-wait` can be given as HUB_MAX_WAIT. */
export function environmentVariable(option: Option): string {
  return `HUB_${option.name().toUpperCase().replaceAll('-', '_')}`;
}

/** Splits at commas too, so that one environment variable can hold several values. */
export function listed(value: string, earlier: readonly string[] | undefined): string[] {
  const items = value.split(',').map((item) => item.trim()).filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('It names nothing.');
  return [...(earlier ?? []), ...items];
}

/** Like listed, of certain values only. */
export function listedOf(choices: readonly string[]): (value: string, earlier: readonly string[] | undefined) => string[] {
  return (value, earlier) => {
    const items = listed(value, earlier);
    if (items.every((item) => choices.includes(item))) return items;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  };
}

/** One of certain names; of another one, the nearest is proposed. */
export function namedOf(known: readonly string[]): (value: string) => string {
  return (value) => {
    if (known.includes(value)) return value;
    throw new InvalidArgumentError(useOneOf(value, known));
  };
}

/** Options that every command has. */
export const commonOptions = (csv = false): Option[] => [
  new Option('--config <file>', 'configuration file (default: hub.config.yaml here or in a folder above)'),
  new Option('--output <form>', 'form of the report on stdout').choices(['text', 'json', ...(csv ? ['csv'] : [])]).default('text'),
  new Option('--log-level <level>', 'least important messages on stderr').choices([...logLevels]).default('info'),
];

/** Options that every command on data has. */
export const dataOptions = (): Option[] => [
  new Option('--brand <id...>', 'only these brands').argParser(listed),
  new Option('--from <date>', 'start of a date range, inclusive (YYYY-MM-DD, UTC)'),
  new Option('--to <date>', 'end of a date range, exclusive'),
  new Option('--dry-run', 'the same plan and report, but nothing is written or sent'),
  new Option('--shard <i/n>', 'do only the i-th of n equal parts of the work').default('1/1'),
  new Option('--after <command...>', 'wait until these commands have succeeded today (UTC), for all brands of this one').argParser(listed),
  new Companion('--max-wait <duration>', 'how long --after waits, such as 30m; a day at most', '--after').default('30m'),
  new Option('--no-progress', 'no progress bar on a terminal'),
];

/** Options of the imports. */
export const importOptions = (): Option[] => [
  new Option('--entity <name...>', 'only these entities').argParser(listed),
  new Option('--max-rejects <limit>', 'refuse a batch with more rejected rows: a number, a percentage, or "2%, at least 10 rows" (default: configuration; "1%, at least 5 rows")'),
  new Option('--max-scan-bytes <bytes>', 'stop a query of the lake that scans more'),
];

/** Options of the enrichment. */
export const enrichOptions = (): Option[] => [
  new Option('--as-of <date>', 'the date for which everything is decided (YYYY-MM-DD; default: today, UTC)'),
  new Option('--account <id...>', 'only these accounts, with all accounts of their persons').argParser(listed),
  recomputeOption(),
];

/** The option of the stages whose records can be changed by hand. */
export const recomputeOption = (): Option =>
  new Option('--recompute', 'mend what was changed by hand: take up everybody (or --brand, --account) and compare each stored column with what derives');

/** Options of the audiences. */
export const audienceOptions = (): Option[] => [
  new Option('--as-of <date>', 'the date of the snapshot, to which all days are counted (YYYY-MM-DD; default: today, UTC)'),
  new Option('--audience <name...>', 'only these audiences').argParser(listed),
  new Option('--platform <name...>', 'only these platforms').argParser(listed),
  new Option('--output-dir <place>', 'a folder, or s3://bucket/prefix?region=R (default: audiences.output of the configuration)'),
  new Confirmation('--allow-shrink', 'deliver a list that lost more than 30 % of its persons'),
  new Confirmation('--allow-unread-objections', 'deliver although unsubscriptions wait in quarantine or were not imported'),
];

/**
 * The brands that the options name, or all.
 * @throws HubError usage, naming the brands that there are
 */
export function brandsOf(options: OptionValues, config: Config): BrandId[] {
  const known = config.brands.map((brand) => brand.id);
  const wanted = (options['brand'] as string[] | undefined) ?? known;
  const unknown = wanted.find((brand) => !known.includes(brand));
  if (unknown !== undefined) {
    throw new HubError('usage', 'unknown_brand', `There is no brand "${unknown}".`, {
      nextStep: `${useOneOf(unknown, known)} Brands are declared in ${config.file}.`,
    });
  }
  return [...new Set(wanted)] as BrandId[];
}

export function shardOf(options: OptionValues): Shard {
  const text = options['shard'] as string | undefined;
  return text === undefined ? wholeShard : parseShard(text);
}

/** A whole number of at least 1, or undefined if the option is not given. */
export function countOf(options: OptionValues, name: string, flag: string): number | undefined {
  const text = options[name] as string | undefined;
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new HubError('usage', 'invalid_number', `"${text}" is no valid value of ${flag}.`, { nextStep: 'Give a whole number of at least 1.' });
}
