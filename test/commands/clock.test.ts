import { beforeEach, expect, test } from '@jest/globals';

import type { Command, OptionValues, Output } from '../../src/cli/command.ts';
import { enrich } from '../../src/commands/data/enrich.ts';
import { importBilling } from '../../src/commands/data/import-billing.ts';
import { commands } from '../../src/commands/index.ts';
import { purge } from '../../src/commands/privacy/purge.ts';
import { loadConfig } from '../../src/config.ts';
import { createContext, type Context } from '../../src/context.ts';
import { addDays, addMillis, dateOf, millisOf, systemClock } from '../../src/core/time.ts';
import { createLogger, type Logger } from '../../src/logger.ts';
import type { JobReport } from '../../src/engine/runs/job.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { describeEachDatabase, filledTables, type TestDatabase } from '../support/databases/databases.ts';
import { PROJECT, workspace } from '../support/program/hub.ts';
import { testLake } from '../support/lakes/lake.ts';
import { shiftedClock } from '../support/program/shifted-clock.ts';

const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;
const OPTIONS: OptionValues = { maxWait: '0s', shard: '1/1' };
/** What a command cannot do without, besides the options of all. */
const GIVEN: Readonly<Record<string, readonly [options: OptionValues, args: readonly string[]]>> = {
  forget: [{}, ['person@mail.example']],
  enqueue: [{ destination: 'crm', file: '/dev/null' }, []],
  import: [{ reason: 'request', file: '/dev/null' }, []],
};

/** Every command, those of groups included, with the words that call it. */
function leaves(list: readonly Command[], before: readonly string[] = []): { words: string; command: Command }[] {
  return list.flatMap((command) => [
    ...(command.run === undefined ? [] : [{ words: [...before, command.name].join(' '), command }]),
    ...leaves(command.commands ?? [], [...before, command.name]),
  ]);
}

const deciding = leaves(commands).filter(({ command }) => command.decidesByDate === true);

test('what depends on the day decides by date: all that can wait for today, forgetting, purging, and what is dated as of now', () => {
  const waiting = leaves(commands).filter(({ command }) => command.options?.some(({ long }) => long === '--after')).map(({ words }) => words);
  expect(deciding.map(({ words }) => words).sort()).toEqual([...waiting, 'forget', 'purge', 'relays enqueue', 'suppressions import'].sort());
});

/** A context whose machine has a clock that is off, and what it logs. */
function contextOff(suite: TestDatabase, millis: number, decidesByDate: boolean): { context: Context; logged: string[] } {
  const logged: string[] = [];
  const logger: Logger = { ...createLogger('error', false), warn: (message) => logged.push(message) };
  const environment = { HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${testLake().root}`, HUB_ID_KEY: 'k'.repeat(32) };
  const context = createContext({
    config: loadConfig({ workingDirectory: PROJECT, environment }),
    logger,
    signal: new AbortController().signal,
    progress: false,
    clock: { now: () => addMillis(systemClock.now(), millis) },
    decidesByDate,
  });
  atEndOfFile(() => context.close());
  return { context, logged };
}

function run(command: Command, context: Context, options: OptionValues = {}): Promise<Output | undefined> {
  const [own, args] = GIVEN[command.name] ?? [{}, []];
  return command.run?.(context, { ...OPTIONS, ...own, ...options }, args) ?? Promise.resolve(undefined);
}

describeEachDatabase('with the clock of the machine a year behind', (suite) => {
  beforeEach(() => suite.empty());

  test.each(deciding.map(({ words, command }) => [words, command] as const))('hub %s does nothing, and says what both clocks say', async (_words, command) => {
    const { context } = contextOff(suite, -YEAR, true);
    const failed = await run(command, context).catch((error: unknown) => error);
    const [machine, database] = [dateOf(addMillis(systemClock.now(), -YEAR)), dateOf(systemClock.now())];
    expect(failed).toMatchObject({ kind: 'configuration', code: 'clock_skew', nextStep: expect.stringContaining('NTP') });
    expect((failed as Error).message).toMatch(new RegExp(`machine says ${machine}T.*, that of the database ${database}T.*: 365 days apart`));
    expect(await filledTables(suite.database)).toEqual([]);
  });

  test('today is that of the database, where the difference is only told', async () => {
    const { context, logged } = contextOff(suite, -YEAR, false);
    const today = dateOf(systemClock.now());
    const report = (await run(enrich, context))?.json as JobReport;
    expect(report).toMatchObject({ params: { as_of: today }, warnings: [expect.stringContaining('365 days apart')] });
    expect(logged).toEqual(report.warnings);
    expect(Math.abs(millisOf(systemClock.now()) - Date.parse(report.finished_at))).toBeLessThan(MINUTE);
    const purged = (await run(purge, context, { dryRun: true }))?.json as JobReport;
    expect(purged.items).toContainEqual(expect.objectContaining({ keep_days: 730, before: expect.stringContaining(addDays(today, -730)) }));
  });

  test('what has succeeded today is found by --after, whichever clock the machines have', async () => {
    await run(importBilling, contextOff(suite, 2 * YEAR, false).context);
    const waited = await run(enrich, contextOff(suite, -YEAR, false).context, { after: ['import-billing'] });
    expect(waited?.json).toMatchObject({ status: 'succeeded' });
  });
});

describeEachDatabase('the program, with a clock that is off', (suite) => {
  const place = () => workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${testLake().root}`, HUB_ID_KEY: 'k'.repeat(32) });

  test.each([
    ['a year behind', -YEAR],
    ['61 minutes ahead', 61 * MINUTE],
  ])('by %s, ends with 2 and writes nothing', async (_title, millis) => {
    await suite.empty();
    const result = await place().hub(['import-billing', '--output', 'json'], shiftedClock(millis));
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.log()).toEqual([expect.objectContaining({ level: 'error', code: 'clock_skew', next: expect.stringContaining('NTP') })]);
    expect(await filledTables(suite.database)).toEqual([]);
  });

  test('by minutes, works and warns in log and report, as text too', async () => {
    const off = shiftedClock(-10 * MINUTE);
    const result = await place().hub(['enrich', '--output', 'json'], off);
    expect(result.code).toBe(0);
    expect(result.log()).toEqual([expect.objectContaining({ level: 'warn', code: 'clock_skew', message: expect.stringContaining('10 min apart') })]);
    expect((result.json() as JobReport).warnings).toEqual([expect.stringContaining('10 min apart')]);
    for (const command of ['purge', 'reconcile', 'enrich']) expect((await place().hub([command], off)).stdout).toContain('10 min apart. That of the database counts.');
  });

  test('by a year, still lists runs and tells of the clock, and the doctor fails it', async () => {
    const off = shiftedClock(YEAR);
    const listed = await place().hub(['runs', 'list'], off);
    expect(listed.code).toBe(0);
    expect(listed.log()).toEqual([expect.objectContaining({ level: 'warn', code: 'clock_skew', next: expect.stringContaining('NTP') })]);
    const doctor = await place().hub(['doctor'], off);
    expect(doctor.code).toBe(2);
    expect(doctor.stdout).toMatch(/^FAIL {2}clock [\s\S]*?365 days\s+apart/m);
  });
});
