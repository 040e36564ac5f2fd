import { expect, test } from '@jest/globals';
import { Command as Program } from 'commander';

import { date } from '../../src/cli/dates.ts';
import { choice, count, list, listOf, named, option, toggle, values } from '../../src/cli/flag.ts';
import { dataFlags, namesAmong } from '../../src/cli/options.ts';

const flags = {
  asOf: option('--as-of <date>', 'a date', date),
  limit: option('--limit <count>', 'how many', count).or('20'),
  file: option('--file <file>', 'a file').needed(),
  kind: choice('--kind <kind>', 'a kind', ['lead', 'order']),
  status: listOf('--status <status...>', 'states', ['open', 'closed']),
  id: list('--id <id...>', 'ids'),
  set: values('--set <pair...>', 'pairs'),
  command: named('--command <name>', 'a command', ['enrich', 'purge']),
  dryRun: toggle('--dry-run', 'nothing is written'),
  progress: toggle('--no-progress', 'no bar'),
};

test('each flag gives what it declares', () => {
  const options = parsed('--as-of', '2026-03-31', '--limit', '7', '--file', 'a b', '--kind', 'lead', '--status', 'open,closed', '--id', 'x', 'y,z', '--set', 'a=1,5', 'b=2', '--command', 'enrich', '--dry-run', '--no-progress');
  expect([flags.asOf.of(options), flags.limit.of(options), flags.file.of(options), flags.kind.of(options)]).toEqual(['2026-03-31', 7, 'a b', 'lead']);
  expect([flags.status.of(options), flags.id.of(options), flags.set.of(options)]).toEqual([['open', 'closed'], ['x', 'y', 'z'], ['a=1,5', 'b=2']]);
  expect([flags.command.of(options), flags.dryRun.of(options), flags.progress.of(options)]).toEqual(['enrich', true, false]);
});

test('what is not given is undefined, or the value that stands for it', () => {
  for (const options of [parsed('--file', 'a'), { file: 'a' }]) {
    expect([flags.asOf.of(options), flags.limit.of(options), flags.id.of(options), flags.dryRun.of(options), flags.progress.of(options)]).toEqual([undefined, 20, undefined, false, true]);
    expect([flags.asOf.isGiven(options), flags.file.isGiven(options)]).toEqual([false, true]);
  }
  expect([dataFlags.shard.of({}).label, dataFlags.maxWait.of({})]).toEqual(['1/1', 1_800_000]);
});

test('a text that is no value is a mistake that names the flag, once the value is asked for', () => {
  const options = parsed('--file', 'a', '--as-of', '31.3.2026', '--limit', '0');
  expect(() => flags.asOf.of(options)).toThrow(expect.objectContaining({ kind: 'usage', code: 'invalid_date', message: '"31.3.2026" is no date for --as-of.' }));
  expect(() => flags.limit.of(options)).toThrow(expect.objectContaining({ code: 'invalid_number', message: '"0" is no valid value of --limit.' }));
});

test('lists and choices are refused as the command line is parsed', () => {
  expect(() => parsed('--file', 'a', '--kind', 'x')).toThrow(/Allowed choices are lead, order/);
  expect(() => parsed('--file', 'a', '--status', 'open', 'x')).toThrow(/Allowed choices are open, closed/);
  expect(() => parsed('--file', 'a', '--id', ',')).toThrow(/It names nothing/);
  expect(() => parsed('--file', 'a', '--command', 'enrch')).toThrow(/Did you mean enrich\? Use one of: enrich, purge/);
  expect(() => parsed()).toThrow(/required option '--file <file>' not specified/);
});

test('a name that is none of the known ones is refused with the nearest', () => {
  expect(namesAmong(['b', 'a', 'b'], ['a', 'b'], 'platform')).toEqual(['b', 'a', 'b']);
  expect(() => namesAmong(['meat'], ['meta'], 'platform', ' More.')).toThrow(
    expect.objectContaining({ code: 'unknown_platform', message: 'There is no platform "meat".', nextStep: 'Did you mean meta? Use one of: meta. More.' }),
  );
});

function parsed(...words: readonly string[]): Readonly<Record<string, unknown>> {
  const program = new Program().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const flag of Object.values(flags)) program.addOption(flag);
  return program.parse(words, { from: 'user' }).opts();
}
