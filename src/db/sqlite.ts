import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import type BetterSqlite3 from 'better-sqlite3';
import knexFactory, { type Knex } from 'knex';

import { HubError, codeOf, messageOf } from '../core/errors.ts';
import { makeFolders } from '../core/folders.client.ts';
import { sha256Hex } from '../core/hash.ts';
import { decodeRow } from '../core/text/row-text.ts';
import type { Instant } from '../core/time.ts';
import type { DatabaseLocation } from './database-url.ts';
import { missingTime, rowTextsOf, type BulkRows, type ColumnType, type Dialect, type KeyLookup, type MissingRows, type StoredValues } from './dialect.ts';
import { silentLog } from './silent-log.ts';

type SqliteLocation = Extract<DatabaseLocation, { kind: 'sqlite' }>;

/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 10_000;

/** Amounts are text: SQLite's own numbers are binary floating point. */
const TYPES: Record<ColumnType, string> = {
  key: 'text',
  longkey: 'text',
  text: 'text',
  longtext: 'text',
  json: 'text',
  date: 'text',
  instant: 'text',
  decimal: 'text',
  integer: 'integer',
  boolean: 'integer',
  currency: 'text',
  hash: 'text',
};

/** Opens the embedded database; the folder is made if it is missing. `:memory:` is a database of this process. */
export function openSqlite(location: SqliteLocation): { knex: Knex; dialect: Dialect } {
  if (location.file !== ':memory:') makeFolder(location.file);
  const knex = knexFactory({
    client: 'better-sqlite3',
    log: silentLog,
    connection: { filename: location.file },
    useNullAsDefault: true,
    acquireConnectionTimeout: 60_000,
    pool: {
      min: 1,
      max: 1,
      idleTimeoutMillis: 2 ** 31 - 1,
      afterCreate: (database: BetterSqlite3.Database, done: (error: unknown, connection: unknown) => void) => {
        try {
          keepPrivate(location.file);
          setUp(database);
          done(null, database);
        } catch (error) {
          // The pool never sees this connection and would leave its file open.
          database.close();
          done(error, database);
        }
      },
    },
  });
  return { knex, dialect: sqliteDialect(location) };
}

/** A new file is readable by its owner only, as it will hold addresses; the log beside it gets the same mode. */
function keepPrivate(file: string): void {
  if (file !== ':memory:' && statSync(file).size === 0) chmodSync(file, 0o600);
}

function setUp(database: BetterSqlite3.Database): void {
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('cache_size = -32000');
  // As servers have it; migrations hash with it on both.
  database.function('sha2', { deterministic: true, varargs: true }, (...[text]: unknown[]) => (typeof text === 'string' ? sha256Hex(text) : null));
}

function sqliteDialect(location: SqliteLocation): Dialect {
  return {
    name: 'sqlite',
    concurrentWriters: false,
    quote,
    typeOf: (type) => TYPES[type],
    tableOptions: '',
    bulkReplace,
    async bulkLoad(tx, { blocks, ...bulk }) {
      for await (const block of blocks) await bulkReplace(tx, { ...bulk, rows: rowTextsOf(block) });
    },
    bulkInsertMissing,
    findByKeys,
    async selectRows(knex, statement, values) {
      const database = await connectionOf(knex);
      return database.prepare<(string | number)[], StoredValues>(statement).raw().all(...values);
    },
    streamRows,
    packed: undefined,
    insertMissing: (table, columns, rows) => `insert or ignore into ${table} (${columns.join(', ')}) ${rows}`,
    async wipeFreeSpace(knex) {
      await knex.raw('vacuum');
      await knex.raw('pragma wal_checkpoint(truncate)');
    },
    async startWriting(tx) {
      // knex begins all transactions alike. Nothing was read yet, so another one can take its place.
      await tx.raw('rollback');
      await tx.raw('begin immediate');
    },
    snapshot: {},
    async now(knex) {
      const rows = await knex.raw<{ now: Instant }[]>("select strftime('%Y-%m-%d %H:%M:%f000', 'now') as now");
      return rows[0]?.now ?? missingTime();
    },
    async version(knex) {
      const rows = await knex.raw<{ version: string }[]>('select sqlite_version() as version');
      return `SQLite ${rows[0]?.version ?? 'unknown'}`;
    },
    async columnsOf(knex, table) {
      const rows = await knex.raw<{ name: string }[]>('select lower(name) as name from pragma_table_info(?)', [table]);
      return rows.map((row) => row.name);
    },
    // Any write takes the one write lock of the file until the transaction ends; DDL is part of it.
    async lockSchema(tx) {
      await tx.raw('create table if not exists schema_lock (held integer)');
      await tx.raw('drop table schema_lock');
    },
    unlockSchema: () => Promise.resolve(),
    translate: (error) => translate(error, location),
  };
}

const ROWS_PER_BLOCK = 1_000;

async function* streamRows(tx: Knex.Transaction, statement: string, values: readonly (string | number)[]): AsyncGenerator<readonly StoredValues[]> {
  const database = await connectionOf(tx);
  let block: StoredValues[] = [];
  for (const row of database.prepare<(string | number)[], StoredValues>(statement).raw().iterate(...values)) {
    if (block.push(row) < ROWS_PER_BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

async function bulkReplace(tx: Knex.Transaction, bulk: BulkRows): Promise<void> {
  // Where nothing is to be replaced, a row that would replace one is left out, and so noticed.
  const insert = await prepareInsert(tx, bulk, bulk.replaced === 0 ? 'ignore' : 'replace');
  for (const row of bulk.rows) {
    if (insert.run(decodeRow(row)).changes !== 1) {
      throw new HubError('unexpected', 'bulk_load_mismatch', `The database did not take a row of ${bulk.table}.`);
    }
  }
}

async function bulkInsertMissing(tx: Knex.Transaction, bulk: MissingRows): Promise<number> {
  const insert = await prepareInsert(tx, bulk, 'ignore');
  let written = 0;
  for (const row of bulk.rows) written += insert.run(decodeRow(row)).changes;
  return written;
}

async function prepareInsert(tx: Knex.Transaction, bulk: MissingRows, onDuplicate: 'replace' | 'ignore'): Promise<BetterSqlite3.Statement> {
  const database = await connectionOf(tx);
  return database.prepare(
    `insert or ${onDuplicate} into ${quote(bulk.table)} (${bulk.columns.map(quote).join(', ')}) values (${bulk.columns.map(() => '?').join(',')})`,
  );
}

async function findByKeys(knex: Knex, lookup: KeyLookup): Promise<StoredValues[]> {
  const database = await connectionOf(knex);
  const select = database
    // Without statistics SQLite takes the primary key for the better way, and reads all rows of the brand for each key.
    .prepare<[string, string], StoredValues>(
      `select ${lookup.columns.map(quote).join(', ')} from ${quote(lookup.table)} where brand = ? and likelihood(${quote(lookup.keyColumn)} = ?, 0.001)`,
    )
    .raw();
  const found: StoredValues[] = [];
  for (const key of lookup.keys) {
    for (const row of select.iterate(lookup.brand, key)) found.push(row);
  }
  return found;
}

/** The driver's own connection: bulk work goes past knex, which compiles each statement anew. */
async function connectionOf(knex: Knex): Promise<BetterSqlite3.Database> {
  const client = knex.client as { acquireConnection(): Promise<unknown>; releaseConnection(c: unknown): Promise<void> };
  const connection = await client.acquireConnection();
  // One connection, one process: giving it back at once is safe, as the bulk work below runs synchronously.
  await client.releaseConnection(connection);
  return connection as BetterSqlite3.Database;
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function makeFolder(file: string): void {
  try {
    makeFolders(dirname(file));
  } catch (cause) {
    throw new HubError('configuration', 'database_folder', `The folder of the embedded database cannot be made: ${dirname(file)}.`, {
      context: { code: codeOf(cause) },
      nextStep: 'Choose a writable place in HUB_DATABASE_URL, for example sqlite:/var/lib/hub/hub.db.',
      cause,
    });
  }
}

function translate(error: unknown, location: SqliteLocation): HubError {
  if (error instanceof HubError) return error;
  const code = codeOf(error) ?? '';
  const context = { database: location.file, code };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new HubError('transient', 'database_busy', 'Another process writes to the embedded database.', {
      context,
      nextStep: 'Wait until it has finished (hub runs list), then run the command again.',
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR')) {
    return new HubError('transient', 'database_disk', 'The disk of the embedded database is full or failing.', {
      context,
      nextStep: 'Free some space, then run the command again: nothing half-done was stored.',
      cause: error,
    });
  }
  if (/^SQLITE_(CANTOPEN|READONLY|NOTADB|CORRUPT|PERM|AUTH)/.test(code)) {
    return new HubError('configuration', 'database_file', `The embedded database cannot be used (${code}).`, {
      context,
      nextStep: 'Check the path in HUB_DATABASE_URL and its permissions; a damaged file must be replaced.',
      cause: error,
    });
  }
  if (/no such (table|column)/.test(messageOf(error))) {
    return new HubError('configuration', 'schema_outdated', 'The database does not have the tables of this version.', {
      context,
      nextStep: 'Run: hub migrate up',
      cause: error,
    });
  }
  return new HubError('unexpected', 'database_error', `The database refused a statement (${code || 'no code'}).`, {
    context,
    cause: error,
  });
}
