import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { onServer, answers } from '../databases/server-answers.ts';
import { findServerProgram, startServer, type PrivateServer } from '../databases/server.ts';
import { DATABASE_PREFIX, FOLDER_PREFIX, folderOfRun } from './run.ts';
import { rootOfRuns } from './runs-root.ts';

const LOCAL_SERVER = 'mysql://root@127.0.0.1:3306';
const STALE_AFTER_MS = 2 * 60 * 60 * 1_000;

declare global {
  var hubTestServer: PrivateServer | undefined;
}

/**
 * Finds a server for the MySQL half of the tests: HUB_TEST_MYSQL_URL, or the one of this machine, or a private one.
 * Without any that half does not run; in CI that fails the run.
 */
export default async function setUp(): Promise<void> {
  const id = Date.now().toString(36);
  process.env['HUB_TEST_RUN'] = id;
  process.env['HUB_TEST_ROOT'] = rootOfRuns();
  removeStaleFolders(process.env['HUB_TEST_ROOT']);
  process.env['HUB_TEST_SERVER'] = (await findServer(join(folderOfRun(id), 'server'))) ?? '';
  if (process.env['HUB_TEST_SERVER'] !== '') await dropStaleDatabases(process.env['HUB_TEST_SERVER']);
}

async function findServer(folder: string): Promise<string | undefined> {
  const wanted = process.env['HUB_TEST_MYSQL_URL'] ?? '';
  if (wanted !== '') {
    if (await answers(wanted)) return wanted.replace(/\/$/, '');
    throw new Error('No server answers at HUB_TEST_MYSQL_URL. Give mysql://user:password@host:port without a database.');
  }
  if (await answers(LOCAL_SERVER)) return LOCAL_SERVER;
  const program = findServerProgram(process.env['PATH'] ?? '');
  if (program === undefined) {
    announceMissing('no MySQL or MariaDB server was found on this machine');
    return undefined;
  }
  try {
    globalThis.hubTestServer = await startServer(program, folder);
    return globalThis.hubTestServer.url;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    announceMissing(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function announceMissing(why: string): void {
  const lines = [
    'The MySQL half of the tests DOES NOT RUN:',
    why,
    'Install MariaDB or MySQL, or set HUB_TEST_MYSQL_URL=mysql://user:password@host:port.',
  ];
  if (process.env['CI'] === 'true') throw new Error(`${lines.join('\n')}\nWith CI=true this is an error.`);
  const bar = '='.repeat(80);
  process.stderr.write(`\n${bar}\n${lines.join('\n')}\n${bar}\n`);
}

/** Runs that were killed leave their folders behind, as they do their databases. */
function removeStaleFolders(root: string): void {
  for (const name of readdirSync(root).filter((each) => each.startsWith(FOLDER_PREFIX))) {
    if (isStale(name.slice(FOLDER_PREFIX.length))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** The id of a run tells its age. */
function isStale(id: string): boolean {
  return Date.now() - parseInt(id, 36) > STALE_AFTER_MS;
}

/** Runs that were killed leave their databases behind. */
async function dropStaleDatabases(url: string): Promise<void> {
  const found = await onServer<{ name: string }>(url, `select schema_name as name from information_schema.schemata`);
  for (const { name } of found.filter((database) => database.name.startsWith(DATABASE_PREFIX))) {
    if (isStale(name.slice(DATABASE_PREFIX.length).split('_')[0] ?? '')) await onServer(url, `drop database if exists \`${name}\``);
  }
}
