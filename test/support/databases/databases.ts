import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe } from '@jest/globals';

import { migrations } from '../../../migrations/index.ts';
import { openDatabase, type Database } from '../../../src/db/database.ts';
import { migrateUp } from '../../../src/db/migrator.ts';
import { ensureRawTables } from '../../../src/raw/store/ensure-tables.ts';
import { atEndOfFile } from '../suite/cleanup.ts';
import { testClock } from '../suite/clock.ts';
import { giveBack, schemaMark, takeReady } from './ready-databases.ts';
import { testRun } from '../suite/run.ts';
import { complainOf, connectionsLeft, createOnServer, dropFromServer, urlOf } from './server-databases.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';

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
  if (dialect === 'sqlite') return databaseAt(dialect, newSqliteUrl());
  const name = await createOnServer();
  atEndOfFile(async () => {
    const connected = await connectionsLeft(name);
    await dropFromServer(name);
    complainOf(connected, name);
  });
  return databaseAt(dialect, urlOf(name));
}

/** An empty database with all migrations applied; on a server, one that other test files have used before. */
async function migratedDatabase(dialect: DialectName): Promise<TestDatabase> {
  return dialect === 'sqlite' ? copyOfMigrated() : readyOnServer();
}

function databaseAt(dialect: DialectName, url: string): TestDatabase {
  const database = open(url);
  return { dialect, url, database, openAgain: (parameters = '') => open(url + parameters), empty: () => emptyTables(database) };
}

/** Deletes the rows of all tables that have any: most have none, and a hundred statements take longer than one. */
async function emptyTables(database: Database): Promise<void> {
  const filled = await filledTables(database);
  await database.write(async (tx) => {
    for (const table of filled) await tx(table).delete();
  });
}

/** The names of the tables that hold rows, sorted; but for the ledger of the migrations. */
export async function filledTables(database: Database): Promise<string[]> {
  const tables = (await tablesOf(database)).filter((table) => table !== 'schema_migrations');
  if (tables.length === 0) return [];
  const row = await database.read((knex) => knex.first<Record<string, number>>(tables.map((table) => knex.raw('exists (select 1 from ??) as ??', [table, table]))));
  return tables.filter((table) => Number(row[table]) === 1);
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
    made = await migratedDatabase(dialect);
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

function newSqliteUrl(): string {
  return `sqlite:${join(temporaryFolder('sqlite'), 'hub.db')}`;
}

/** Copies the file that the first of this run made: a copy takes a moment, the migrations half a second. */
async function copyOfMigrated(): Promise<TestDatabase> {
  const { shared } = testRun();
  const template = join(shared, 'migrated.db');
  const url = newSqliteUrl();
  const file = url.slice('sqlite:'.length);
  if (existsSync(template)) {
    copyFileSync(template, file);
    return databaseAt('sqlite', url);
  }
  const first = openDatabase(url);
  await migrate(first);
  // Once it is closed all of it is in the one file.
  await first.close();
  mkdirSync(shared, { recursive: true });
  // The other worker sees the whole file or none.
  const copy = join(shared, `${randomBytes(4).toString('hex')}.db`);
  copyFileSync(file, copy);
  renameSync(copy, template);
  return databaseAt('sqlite', url);
}

/** Takes one that is free and as the migrations made it, or makes one; gives it back at the end of the test file. */
async function readyOnServer(): Promise<TestDatabase> {
  let ready = takeReady();
  const name = ready?.name ?? (await createOnServer());
  // Registered first and so done last, when the pools of the suite are closed.
  atEndOfFile(async () => {
    const connected = await connectionsLeft(name);
    if (ready !== undefined && connected === 0) giveBack(ready);
    else await dropFromServer(name);
    complainOf(connected, name);
  });
  const suite = databaseAt('mysql', urlOf(name));
  if (ready === undefined) {
    await migrate(suite.database);
    ready = { name, mark: await schemaMark(suite.database) };
    return suite;
  }
  if ((await schemaMark(suite.database)) === ready.mark) {
    await suite.empty();
    return suite;
  }
  // A test of the schema left it like this; it is of no use any more.
  ready = undefined;
  return readyOnServer();
}
