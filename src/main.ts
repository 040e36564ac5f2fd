import { Command as Program, CommanderError } from 'commander';

import { commands } from './commands/index.ts';
import type { Command, OptionValues, Output } from './commands/command.ts';
import { commonOptions } from './commands/options.ts';
import { loadConfig } from './config.ts';
import { createContext, packageVersion } from './context.ts';
import { HubError, messageOf, type ErrorKind } from './core/errors.ts';
import { armFailpoint } from './core/failpoint.ts';
import { createLogger, type Logger, type LogLevel } from './logger.ts';
import { countOf } from './commands/options.ts';

/** Exit codes by kind of error (README, "Exit codes"); an interruption ends with the signal's own code. */
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
  const interruption = listenForSignals();
  const program = buildProgram(async (command, options, args) => {
    process.exitCode = await execute(command, options, args, interruption);
    // A client that was told to give up may keep a timer for a while; nobody waits for it.
    if (interruption.signal.aborted) process.exit();
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  }
}

type Execute = (command: Command, options: OptionValues, args: readonly string[]) => Promise<void>;

function buildProgram(run: Execute): Program {
  const program = new Program('hub')
    .description('Data integration hub: imports, repairs, classifies and explains billing and e-mail data.')
    .version(packageVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('Run the command with --help to see its options and examples.');
  for (const command of commands) addCommand(program, command, run);
  return program;
}

function addCommand(parent: Program, command: Command, run: Execute): void {
  const child = parent.command(command.name).summary(command.summary).description(command.description ?? sentence(command.summary));
  child.exitOverride().showHelpAfterError('Run the command with --help to see its options and examples.');
  if (command.arguments !== undefined) child.arguments(command.arguments);
  for (const subcommand of command.commands ?? []) addCommand(child, subcommand, run);
  if (command.run !== undefined) {
    for (const option of [...(command.options ?? []), ...commonOptions()]) child.addOption(option);
    child.action(async (...received: unknown[]) => {
      // commander hands over the arguments, then the options, then itself.
      await run(command, child.opts(), received.slice(0, -2).flat().filter((value) => typeof value === 'string'));
    });
  }
  if (command.examples !== undefined) {
    child.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  $ ${example}`).join('\n')}`);
  }
}

interface Interruption {
  readonly signal: AbortSignal;
  exitCode(): number;
}

async function execute(command: Command, options: OptionValues, args: readonly string[], interruption: Interruption): Promise<number> {
  const human = process.stderr.isTTY;
  const logger = createLogger(options['logLevel'] as LogLevel, human);
  logWarningsOf(process, logger);
  try {
    const config = loadConfig({ file: options['config'] as string | undefined, workingDirectory: process.cwd() });
    armFailpoint(config.failpoint);
    const context = createContext({
      config,
      logger,
      signal: interruption.signal,
      progress: human && options['progress'] !== false,
      maxScanBytes: countOf(options, 'maxScanBytes', '--max-scan-bytes'),
    });
    try {
      const output = await command.run?.(context, options, args);
      if (output === undefined) return 0;
      await print(output, options['output'] === 'json');
      if (output.failed === true) return EXIT_CODES.configuration;
      return output.refused === true ? EXIT_CODES.refused : 0;
    } finally {
      await context.close();
    }
  } catch (error) {
    return report(error, logger, interruption);
  }
}

function report(error: unknown, logger: Logger, interruption: Interruption): number {
  if (interruption.signal.aborted) {
    logger.warn('interrupted: the work since the last commit was rolled back; run the command again to go on');
    return interruption.exitCode();
  }
  if (error instanceof HubError) {
    logger.error(error.message, { code: error.code, ...error.context, ...(error.nextStep === undefined ? {} : { next: error.nextStep }) });
    if (error.cause !== undefined) logger.debug('caused by', { cause: messageOf(error.cause) });
    return error.kind === 'interrupted' ? interruption.exitCode() : EXIT_CODES[error.kind];
  }
  logger.error('unexpected error', { error: messageOf(error) });
  logger.debug('stack', { stack: error instanceof Error ? error.stack : undefined });
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
  for (const signal of Object.keys(SIGNAL_CODES) as (keyof typeof SIGNAL_CODES)[]) {
    process.on(signal, () => {
      code = SIGNAL_CODES[signal];
      if (controller.signal.aborted) process.exit(code);
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => code };
}

/** Writes the report to stdout to the last byte; a reader that went away (`| head`) is no error. */
async function print(output: Output, asJson: boolean): Promise<void> {
  const text = asJson ? JSON.stringify(output.json) : output.text;
  await new Promise<void>((resolve, reject) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve();
      else reject(error);
    });
    process.stdout.write(`${text}\n`, () => resolve());
  });
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
