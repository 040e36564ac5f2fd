import type { Option } from 'commander';

import { HubError } from '../core/errors.ts';
import type { BrandId } from '../core/ids.ts';
import { useOneOf } from '../core/text/nearest.ts';
import { parseShard } from '../core/shard.ts';
import { parseRejectLimit } from '../raw/quarantine/reject-limit.ts';
import type { Config } from '../config.ts';
import { logLevels } from '../logger.ts';
import type { OptionValues } from './command.ts';
import { batchFlags } from './dates.ts';
import { choice, Companion, count, list, option, toggle } from './flag.ts';
import { waitingTime } from './waiting-time.ts';

/** The environment variable of an option: `--max-wait` can be given as HUB_MAX_WAIT. */
export function environmentVariable(option: Option): string {
  return `HUB_${option.name().toUpperCase().replaceAll('-', '_')}`;
}

/** Options that every command has. */
export const commonFlags = {
  config: option('--config <file>', 'configuration file (default: hub.config.yaml here or in a folder above)'),
  output: choice('--output <form>', 'form of the report on stdout', ['text', 'json']).or('text'),
  logLevel: choice('--log-level <level>', 'least important messages on stderr', logLevels).or('info'),
};

/** `--output` of commands that have CSV too. */
export const outputWithCsv = choice('--output <form>', 'form of the report on stdout', ['text', 'json', 'csv']).or('text');

/** Options that every command has, in the order of the help. */
export const commonOptions = (csv = false): Option[] => Object.values(csv ? { ...commonFlags, output: outputWithCsv } : commonFlags);

/** Options that every command on data has. */
export const dataFlags = {
  brand: list('--brand <id...>', 'only these brands'),
  ...batchFlags,
  dryRun: toggle('--dry-run', 'the same plan and report, but nothing is written or sent'),
  shard: option('--shard <i/n>', 'do only the i-th of n equal parts of the work', parseShard).or('1/1'),
  after: list('--after <command...>', 'wait until these commands have succeeded today (UTC), for all brands of this one'),
  maxWait: new Companion('--max-wait <duration>', 'how long --after waits, such as 30m; a day at most', '--after', waitingTime).or('30m'),
  progress: toggle('--no-progress', 'no progress bar on a terminal'),
};
export const dataOptions: readonly Option[] = Object.values(dataFlags);

/** Options of the imports. */
export const importFlags = {
  entity: list('--entity <name...>', 'only these entities'),
  maxRejects: option(
    '--max-rejects <limit>',
    'refuse a batch with more rejected rows: a number, a percentage, or "2%, at least 10 rows" (default: configuration; "1%, at least 5 rows")',
    parseRejectLimit,
  ),
  maxScanBytes: option('--max-scan-bytes <bytes>', 'stop a query of the lake that scans more', count),
};

export const importOptions: readonly Option[] = [...dataOptions, ...Object.values(importFlags)];

/** The option of the stages whose records can be changed by hand. */
export const recompute = toggle('--recompute', 'mend what was changed by hand: take up everybody (or --brand, --account) and compare each stored column with what derives');

/**
 * The brands that the options name, or all.
 * @throws HubError usage, naming the brands that there are
 */
export function brandsOf(options: OptionValues, config: Config): BrandId[] {
  return knownBrands(dataFlags.brand.of(options) ?? config.brands.map(({ id }) => id), config);
}

/** The named brands, each once. @throws HubError usage, naming the brands that there are */
export function knownBrands(wanted: readonly string[], config: Config): BrandId[] {
  const known = config.brands.map((brand) => brand.id);
  return [...new Set(namesAmong(wanted, known, 'brand', ` Brands are declared in ${config.file}.`))] as BrandId[];
}

/**
 * The wanted names, if all of them are known.
 * @param what they name: `platform`
 * @throws HubError usage, with the known ones and what more helps
 */
export function namesAmong<Name extends string>(wanted: readonly string[], known: readonly Name[], what: string, more = ''): Name[] {
  return wanted.map((name) => {
    const found = known.find((each) => each === name);
    if (found !== undefined) return found;
    throw new HubError('usage', `unknown_${what}`, `There is no ${what} "${name}".`, { nextStep: `${useOneOf(name, known)}${more}` });
  });
}
