import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { answers } from './server-answers.ts';

/** A MySQL or MariaDB server that belongs to one test run. */
export interface PrivateServer {
  /** Without a database at its end. */
  readonly url: string;
  readonly port: number;
  /** Kills it without warning, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on its data after kill() or stop(), and waits until it answers. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

const FOLDERS = ['/usr/sbin', '/usr/libexec', '/usr/local/sbin', '/usr/local/bin', '/usr/local/mysql/bin', '/opt/homebrew/bin'];
const START_MS = 60_000;

/** The server program of this machine, if it has one. */
export function findServerProgram(path: string): string | undefined {
  const folders = [...path.split(delimiter), ...FOLDERS];
  return folders.flatMap((folder) => [join(folder, 'mariadbd'), join(folder, 'mysqld')]).find((file) => existsSync(file));
}

/** How a server is started. */
interface ServerOptions {
  /** Commits are on disk before they are answered, as in production; without, it is faster. */
  readonly durable?: boolean;
  /** Further settings, as the command line of the server takes them. */
  readonly settings?: readonly string[];
}

/** Starts the program on a free port with its data in the folder; the caller removes the folder after stop(). */
export async function startServer(program: string, folder: string, { durable = false, settings = [] }: ServerOptions = {}): Promise<PrivateServer> {
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  const user = userInfo().username;
  initialise(program, data, user);
  const port = await freePort();
  const url = `mysql://root@127.0.0.1:${port}`;
  const args = [
    ...['--no-defaults', `--datadir=${data}`, `--user=${user}`, `--port=${port}`, '--bind-address=127.0.0.1'],
    ...[`--socket=${join(folder, 'server.sock')}`, `--pid-file=${join(folder, 'server.pid')}`, '--local-infile=1'],
    ...['--skip-log-bin', `--innodb-flush-log-at-trx-commit=${durable ? 1 : 0}`, '--performance-schema=off'],
    ...settings,
  ];
  let child = await launch(program, args, url);
  return {
    url,
    port,
    kill: () => end(child, 'SIGKILL'),
    async startAgain() {
      child = await launch(program, args, url);
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

async function launch(program: string, args: readonly string[], url: string): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-2_000)));
  const deadline = Date.now() + START_MS;
  while (!(await answers(url))) {
    if (child.exitCode === null && Date.now() < deadline) {
      await sleep(100);
      continue;
    }
    await end(child, 'SIGTERM');
    throw new Error(`${program} does not answer at ${url}. Its last words:\n${log}`);
  }
  return child;
}

/** Makes the system tables; root then has no password. */
function initialise(program: string, data: string, user: string): void {
  const version = spawnSync(program, ['--no-defaults', '--version'], { encoding: 'utf8' }).stdout;
  const [command, ...args] = version.includes('MariaDB')
    ? [installScript(program), '--no-defaults', `--datadir=${data}`, `--user=${user}`, '--auth-root-authentication-method=normal', '--skip-test-db']
    : [program, '--no-defaults', '--initialize-insecure', `--datadir=${data}`, `--user=${user}`];
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`${command} failed:\n${result.error?.message ?? ''}${result.stdout}${result.stderr}`.slice(0, 2_000));
  }
}

function installScript(program: string): string {
  const folder = dirname(program);
  const folders = [folder, join(folder, '../bin'), join(folder, '../scripts')];
  const files = folders.flatMap((place) => [join(place, 'mariadb-install-db'), join(place, 'mysql_install_db')]);
  const found = files.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`mariadb-install-db is not there beside ${program}.`);
  return found;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}
