import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { atEndOfFile } from '../suite/cleanup.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';

/** A line of the log on stderr. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly code?: string;
  readonly next?: string;
  readonly [field: string]: unknown;
}

/** What a run of the program left. */
export interface HubResult {
  /** The exit code, or the signal that ended the process. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stderr; throws if one of them is not JSON. */
  log(): LogLine[];
  /** stdout as the one JSON document that it must be; throws if it is not. */
  json(): unknown;
}

/** A process under way. */
export interface HubProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<HubResult>;
}

/** Where commands run: a folder with the configuration, and the environment that they share. */
export interface Workspace {
  readonly folder: string;
  /** Runs `hub` with the arguments to its end. */
  hub(args: readonly string[], environment?: Environment): Promise<HubResult>;
  /** Starts it, for tests that send signals or look while it runs; standard input holds the text, else it is empty. */
  start(args: readonly string[], environment?: Environment, stdin?: string): HubProcess;
}

export type Environment = Readonly<Record<string, string>>;

export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAM = join(PROJECT, 'bin', 'hub');

/** A new folder with the project's configuration file; the processes see nothing of this one's environment but PATH. */
export function workspace(shared: Environment = {}): Workspace {
  requireFreshBuild();
  const folder = temporaryFolder('workspace');
  copyFileSync(join(PROJECT, 'hub.config.yaml'), join(folder, 'hub.config.yaml'));
  const start = (args: readonly string[], environment: Environment = {}, stdin?: string): HubProcess =>
    startProcess(process.execPath, [PROGRAM, ...args], folder, { ...shared, ...environment }, stdin);
  return { folder, start, hub: (args, environment) => start(args, environment).ended };
}

/** Runs a line of shell in a folder; `$HUB` is the program. */
export async function shell(line: string, folder: string, environment: Environment = {}): Promise<HubResult> {
  requireFreshBuild();
  return startProcess('bash', ['-o', 'pipefail', '-c', line], folder, { HUB: PROGRAM, ...environment }).ended;
}

function startProcess(program: string, args: readonly string[], cwd: string, environment: Environment, stdin?: string): HubProcess {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const child = spawn(program, args, { cwd, env, stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  // Who does not read it ends before it is written.
  child.stdin?.on('error', () => undefined).end(stdin);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<HubResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(resultOf(code ?? signal ?? 'SIGKILL', stdout, stderr)));
  });
  atEndOfFile(() => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    throw new Error(`hub ${args.slice(1).join(' ')} was still running`);
  });
  return { child, ended };
}

function resultOf(code: number | NodeJS.Signals, stdout: string, stderr: string): HubResult {
  return {
    code,
    stdout,
    stderr,
    log: () => stderr.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine),
    json: () => JSON.parse(stdout) as unknown,
  };
}

let isFresh = false;

/** These tests run what is compiled; an old build would test yesterday's code. Looked at once a test file. */
function requireFreshBuild(): void {
  if (isFresh) return;
  const stamp = join(PROJECT, 'dist', '.tsbuildinfo');
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  const newest = Math.max(...['src', 'migrations'].map((folder) => newestChange(join(PROJECT, folder))));
  isFresh = newest <= built;
  if (isFresh) return;
  throw new Error(`dist is ${built === 0 ? 'missing' : 'older than src'}. Run: npm run build (npm test does it by itself)`);
}

function newestChange(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return Math.max(...files.map((file) => statSync(join(folder, file)).mtimeMs));
}
