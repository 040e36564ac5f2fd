import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Command, InvalidArgumentError, Option } from 'commander';

import { HubError, messageOf } from '../src/core/errors.ts';
import { benchLakes } from './lake.client.ts';
import { measurements } from './measurements/index.ts';
import { machine, measured, reportText, type Report } from './report.ts';
import { openServer } from './server.client.ts';

interface Arguments {
  readonly lake?: string;
  readonly accounts: number;
  readonly days: number;
  readonly seed: string;
  readonly emailEvents: number;
  readonly small: boolean;
  readonly url: string;
  readonly runs: number;
  readonly only: readonly string[];
  readonly output: 'text' | 'json';
}

const names = measurements.map((measurement) => measurement.name);
const examples = `
Measurements:
${measurements.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

Examples:
  npm run bench                                        # full size: about 2 million rows; takes a while
  npm run bench -- --small --runs 3                    # a tenth of it
  npm run bench -- --only import --lake ./lake-full    # one measurement, on a lake made before
  npm run --silent bench -- --small --output json > bench.json

It makes databases hub_bench_* on the server and drops them at the end, also after Ctrl-C. The works of a measurement
take turns, so that a busy machine slows all of them: trust the ratios of a round more than seconds.`;

const compiled = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));

const program = new Command('bench')
  .description('Measures hub on a MySQL or MariaDB server, as ratios to what the server itself can do.')
  .addOption(new Option('--lake <directory>', 'a generated lake (default: one is generated and removed)').conflicts(['accounts', 'days', 'seed', 'small']))
  .option('--accounts <n>', 'accounts of the generated lake', wholeNumber, 45_000)
  .option('--days <n>', 'its daily batches', wholeNumber, 30)
  .option('--seed <text>', 'its seed', '1')
  .option('--email-events <n>', 'events of the lake with e-mail', wholeNumber, 5_000_000)
  .option('--small', 'a tenth of the accounts and of the events', false)
  .addOption(new Option('--url <url>', 'server to measure on, without a database').env('HUB_BENCH_MYSQL_URL').default('mysql://root@127.0.0.1:3306'))
  .option('--runs <n>', 'rounds of each measurement', wholeNumber, 1)
  .addOption(new Option('--only <name...>', 'only these measurements').choices(names).default(names, 'all'))
  .addOption(new Option('--output <form>', 'form of the report').choices(['text', 'json']).default('text'))
  .addHelpText('after', examples)
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  const advice = error instanceof HubError && error.nextStep !== undefined ? `\n${error.nextStep}` : '';
  if (process.exitCode === undefined) process.stderr.write(`${messageOf(error)}${advice}\n`);
  process.exitCode ??= error instanceof HubError && (error.kind === 'usage' || error.kind === 'configuration') ? 2 : 1;
}

async function run(options: Arguments): Promise<void> {
  const signal = interruption();
  const server = await openServer(options.url);
  const folder = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  try {
    const report = await measure(options, server, folder, signal);
    process.stdout.write(`${options.output === 'json' ? JSON.stringify(report) : reportText(report)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  }
}

async function measure(options: Arguments, server: Awaited<ReturnType<typeof openServer>>, folder: string, signal: AbortSignal): Promise<Report> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const accounts = options.small ? Math.ceil(options.accounts / 10) : options.accounts;
  const lakes = benchLakes({
    lake: options.lake,
    size: { accounts, days: options.days, seed: options.seed, emailEvents: 0 },
    emailEvents: options.small ? Math.ceil(options.emailEvents / 10) : options.emailEvents,
    folder,
    generator: join(compiled, 'fixtures', 'generate', 'main.js'),
    signal,
    say,
  });
  const bench = { server, lakes, accounts, hub: { root, program: join(root, 'bin', 'hub') }, folder, runs: options.runs, signal };
  const outcomes = [];
  for (const measurement of measurements.filter(({ name }) => options.only.includes(name))) {
    const outcome = await measurement.run({ ...bench, say: (text) => say(`${measurement.name}: ${text}`) });
    outcomes.push(measured(measurement.name, measurement.summary, outcome));
  }
  return {
    machine: machine(),
    server: { version: server.version, settings: server.settings },
    lake: await lakes.made(),
    runs: options.runs,
    measurements: outcomes,
  };
}

/** Ctrl-C ends the work under way; what was made is then taken away as at any other end. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.on(name, () => {
      process.exitCode = code;
      controller.abort(new HubError('interrupted', 'interrupted', 'The bench was interrupted.'));
    });
  }
  return controller.signal;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
