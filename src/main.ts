import { CommanderError } from 'commander';

import { commands } from './commands/index.ts';
import type { Command, OptionValues, Output } from './cli/command.ts';
import { Confirmation } from './cli/flag.ts';
import { commonFlags, dataFlags, environmentVariable, importFlags, outputWithCsv } from './cli/options.ts';
import { originOf, problemReport, refusalReport } from './cli/problem-report.ts';
import { allOptionsOf, buildProgram } from './cli/program.ts';
import { requireKnownVariables } from './cli/variables.ts';
import type { Context } from './context.ts';
import { configVariables, hubVariables, applyOptionVariables } from './environment.ts';
import { HubError, codeOf, messageOf, problemFields, type ErrorKind } from './core/errors.ts';
import { armFailpoint } from './core/failpoint.ts';
import { withoutSecrets } from './core/text/known-secrets.ts';
import { shownValue } from './core/time.ts';
import { createLogger, type Logger } from './logger.ts';
import { packageVersion, programFile } from './core/program-file.client.ts';
import type { ReportedProblem } from './monitoring/sentry.client.ts';

/** Exit codes by kind of error (docs/commands.md, "Exit codes"); an interruption ends with the signal's own code. */
const EXIT_CODES: Record<Exclude<ErrorKind, 'interrupted'>, number> = {
  unexpected: 1,
  usage: 2,
  configuration: 2,
  refused: 3,
  locked: 4,
  not_fresh: 5,
  transient: 6,
};
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Runs the command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  surviveClosedPipes();
  const interruption = listenForSignals();
  const human = process.stderr.isTTY;
  const program = buildProgram(commands, packageVersion(), human, async (command, options, args) => {
    process.exitCode = await execute(command, options, args, interruption);
    // A client that was told to give up may keep a timer for a while; nobody waits for it.
    if (interruption.signal.aborted) process.exit();
  });
  try {
    applyOptionVariables(commands.flatMap(allOptionsOf).map((option) => ({ name: option.envVar ?? '', flag: !option.required && !option.optional })));
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = reportUsage(error, human, interruption);
  }
}

interface Interruption {
  readonly signal: AbortSignal;
  /** Leaves a second signal to the command. */
  handOver(): void;
  exitCode(): number;
}

async function execute(command: Command, options: OptionValues, args: readonly string[], interruption: Interruption): Promise<number> {
  const human = process.stderr.isTTY;
  const logger = createLogger(commonFlags.logLevel.of(options), human);
  logWarningsOf(process, logger);
  let tell: (problem: ReportedProblem | undefined) => Promise<void> = () => Promise.resolve();
  try {
    if (command.drains === true) interruption.handOver();
    // Loaded only for a command that runs, like what opens its database: they are most of what a start takes.
    const { loadConfig } = await import('./config.ts');
    const config = loadConfig({ file: command.makesConfiguration === true ? programFile('hub.config.yaml') : commonFlags.config.of(options), workingDirectory: process.cwd() });
    armFailpoint(config.failpoint);
    tell = (problem) => tellSentry(config.sentryDsn, problem, logger);
    const { createContext } = await import('./context.ts');
    const context = createContext({
      config,
      logger,
      signal: interruption.signal,
      progress: human && dataFlags.progress.of(options),
      decidesByDate: command.decidesByDate === true,
      maxScanBytes: importFlags.maxScanBytes.of(options),
    });
    try {
      await checkVariables(context);
      const output = await command.run?.(context, options, args);
      if (output === undefined) return 0;
      await print(output, outputWithCsv.of(options));
      if (output.failed === true) return EXIT_CODES.configuration;
      if (output.transient === true) return EXIT_CODES.transient;
      if (output.refused !== true) return 0;
      await tell(refusalReport(command.name, packageVersion()));
      return EXIT_CODES.refused;
    } finally {
      await context.close();
    }
  } catch (error) {
    if (!interruption.signal.aborted) await tell(problemReport(error, command.name, packageVersion()));
    return report(error, logger, interruption);
  }
}

/** The files of the configuration are read for the names in them only if there is a name that no option has. */
async function checkVariables(context: Context): Promise<void> {
  const options = commands.flatMap(allOptionsOf);
  const names = new Set<string>([...configVariables, ...options.flatMap(({ envVar }) => envVar ?? [])]);
  const environment = hubVariables();
  if ([...environment.keys()].every((name) => names.has(name))) return;
  for (const name of await context.namedVariables()) names.add(name);
  const confirmations = new Map(options.filter((option) => option instanceof Confirmation).map((option) => [environmentVariable(option), `--${option.name()}`]));
  requireKnownVariables(environment, { names, confirmations });
}

/** Reports to Sentry, if the environment names one. What cannot be sent changes nothing about the run. */
async function tellSentry(dsn: string | undefined, problem: ReportedProblem | undefined, logger: Logger): Promise<void> {
  if (dsn === undefined || problem === undefined) return;
  // Loaded only now: half a second that no run without a problem spends.
  const sent = await import('./monitoring/sentry.client.ts')
    .then(({ sendToSentry }) => sendToSentry(dsn, { ...problem, tags: { ...problem.tags, ...runOf(logger) } }))
    .catch(() => false);
  if (!sent) logger.warn('the problem could not be reported to Sentry', { code: 'sentry_unreachable', next: 'Check SENTRY_DSN with: hub doctor' });
}

/** The run that the log belongs to, if one has begun. */
function runOf(logger: Logger): Record<string, string> {
  const { run_id: runId } = logger.defaultMeta as { run_id?: string };
  return runId === undefined ? {} : { run_id: runId };
}

/** What commander found: help that was asked for, or a usage error. On a terminal it has told people already. */
function reportUsage(error: unknown, human: boolean, interruption: Interruption): number {
  const logger = createLogger('info', human);
  if (!(error instanceof CommanderError)) return report(error, logger, interruption);
  if (error.exitCode === 0) return 0;
  if (human) return EXIT_CODES.usage;
  const message = error.code === 'commander.help' ? 'No command is given.' : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  logger.error(message, { code: 'usage', next: 'Add --help to see commands, options and examples.' });
  return EXIT_CODES.usage;
}

function report(error: unknown, logger: Logger, interruption: Interruption): number {
  if (interruption.signal.aborted) {
    const isTold = error instanceof HubError && error.code === 'drain_cut';
    logger.warn(isTold ? error.message : 'interrupted: the work since the last commit was rolled back; run the command again to go on');
    return interruption.exitCode();
  }
  if (error instanceof HubError) {
    logger.error(error.message, problemFields(error));
    if (error.cause !== undefined) logger.debug('caused by', originOf(error.cause));
    return error.kind === 'interrupted' ? interruption.exitCode() : EXIT_CODES[error.kind];
  }
  logger.error('unexpected error', { error: messageOf(error) });
  logger.debug('thrown at', originOf(error));
  return EXIT_CODES.unexpected;
}

/** Warnings of Node and of libraries join the log, instead of standing as plain text among its JSON lines. */
function logWarningsOf(source: NodeJS.Process, logger: Logger): void {
  source.removeAllListeners('warning');
  source.on('warning', (warning) => logger.debug(warning.message, { warning: warning.name }));
}

/** The first signal ends the work at the next safe point, the second one at once. */
function listenForSignals(): Interruption {
  const controller = new AbortController();
  let code: number = EXIT_CODES.unexpected;
  let isHandedOver = false;
  for (const signal of Object.keys(SIGNAL_CODES) as (keyof typeof SIGNAL_CODES)[]) {
    process.on(signal, () => {
      code = SIGNAL_CODES[signal];
      if (controller.signal.aborted && !isHandedOver) process.exit(code);
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => code, handOver: () => (isHandedOver = true) };
}

/** Writes the report to stdout to the last byte. */
async function print(output: Output, form: 'text' | 'json' | 'csv'): Promise<void> {
  const text = form === 'json' ? JSON.stringify(output.json, shownValue) : form === 'csv' ? (output.csv ?? '') : output.text;
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(`${withoutSecrets(text)}\n`, (error) => {
      if (error && codeOf(error) !== 'EPIPE') reject(unwritable(error));
      else resolve();
    });
  });
}

function unwritable(cause: Error): HubError {
  return new HubError('transient', 'report_unwritable', 'The report could not be written to stdout.', {
    context: { code: codeOf(cause) },
    nextStep: 'The work itself is done: see its report with hub runs list and hub runs show. Free some space before the next run.',
    cause,
  });
}

/** A reader that went away (`| head`) is no error; what else fails on stdout, print reports. */
function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
