import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe } from '@jest/globals';

import { ensureRawTables, migrations } from '../../migrations/index.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { migrateUp } from '../../src/db/migrator.ts';
import { atEndOfFile } from './cleanup.ts';
import { testClock } from './clock.ts';
import { DATABASE_PREFIX, testRun } from './run.ts';
import { onServer } from './server-answers.ts';
import { temporaryFolder } from './temporary-folder.ts';

export type DialectName = 'sqlite' | 'mysql';

/** A database of one suite, on one dialect. */
export interface TestDatabase {
  readonly dialect: DialectName;
  /** For a process of its own, or a second pool. */
  readonly url: string;
  readonly database: Database;
  /** Opens one more pool on the same database; it is closed at the end of the test file. */
  openAgain(parameters?: string): Database;
  /** Deletes all rows. */
  empty(): Promise<void>;
}

/**
 * Runs the tests on SQLite and on MySQL, each with a fresh database with all migrations applied. Without a server
 * the MySQL half is skipped, and its title says so.
 * @param body defines the tests; it may use the database inside tests and hooks only
 */
export function describeEachDatabase(title: string, body: (suite: TestDatabase) => void): void {
  describe(`${title} (SQLite)`, () => body(migratedSuite('sqlite')));
  describeMysql(title, body);
}

/** Like describeEachDatabase, for what only a server has. */
export function describeMysql(title: string, body: (suite: TestDatabase) => void): void {
  if (testRun().mysqlUrl !== undefined) describe(`${title} (MySQL)`, () => body(migratedSuite('mysql')));
  else describe.skip(`${title} (MySQL: NOT RUN, there is no server)`, () => body(migratedSuite('mysql')));
}

/** A new database without tables; dropped at the end of the test file, when nobody may be connected any more. */
export async function newDatabase(dialect: DialectName): Promise<TestDatabase> {
  const url = dialect === 'sqlite' ? `sqlite:${join(temporaryFolder('sqlite'), 'hub.db')}` : await newMysqlDatabase();
  const database = open(url);
  return {
    dialect,
    url,
    database,
    openAgain: (parameters = '') => open(url + parameters),
    async empty() {
      const tables = (await tablesOf(database)).filter((table) => table !== 'schema_migrations');
      await database.transaction(async (tx) => {
        for (const table of tables) await tx(table).delete();
      });
    },
  };
}

/** Applies all migrations. */
export async function migrate(database: Database): Promise<string[]> {
  return migrateUp(database, migrations, ensureRawTables, testClock());
}

/** The names of all tables, sorted. */
export async function tablesOf(database: Database): Promise<string[]> {
  const statement =
    database.dialect.name === 'sqlite'
      ? "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
      : 'select table_name as name from information_schema.tables where table_schema = database()';
  const result = await database.read((knex) => knex.raw<unknown>(statement));
  const rows = (database.dialect.name === 'sqlite' ? result : (result as unknown[])[0]) as { name: string }[];
  return rows.map((row) => row.name).sort();
}

function migratedSuite(dialect: DialectName): TestDatabase {
  let made: TestDatabase | undefined;
  const current = (): TestDatabase => {
    if (made === undefined) throw new Error('The database is there inside tests and hooks only.');
    return made;
  };
  beforeAll(async () => {
    made = await newDatabase(dialect);
    await migrate(made.database);
  });
  return {
    dialect,
    get url() {
      return current().url;
    },
    get database() {
      return current().database;
    },
    openAgain: (parameters) => current().openAgain(parameters),
    empty: () => current().empty(),
  };
}

function open(url: string): Database {
  const database = openDatabase(url);
  atEndOfFile(() => database.close());
  return database;
}

async function newMysqlDatabase(): Promise<string> {
  const { id, mysqlUrl = '' } = testRun();
  const name = `${DATABASE_PREFIX}${id}_${randomBytes(4).toString('hex')}`;
  await onServer(mysqlUrl, `create database ${name} character set utf8mb4`);
  atEndOfFile(async () => {
    const connected = await connectionsLeft(mysqlUrl, name);
    await onServer(mysqlUrl, `drop database ${name}`);
    if (connected > 0) throw new Error(`${connected} connections to ${name} are still open`);
  });
  return `${mysqlUrl}/${name}`;
}

/** The server needs a moment to see that a connection was closed. */
async function connectionsLeft(url: string, name: string): Promise<number> {
  for (let tries = 0; ; tries++) {
    const rows = await onServer(url, `select id from information_schema.processlist where db = '${name}'`);
    if (rows.length === 0 || tries === 20) return rows.length;
    await sleep(50);
  }
}
