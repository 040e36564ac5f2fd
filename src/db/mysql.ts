import { Readable } from 'node:stream';

import knexFactory, { type Knex } from 'knex';

import { HubError, codeOf, messageOf } from '../core/errors.ts';
import { decodeRow } from '../core/row-text.ts';
import type { DatabaseLocation } from './database-url.ts';
import type { ColumnType, Dialect, KeyLookup, MissingRows, StoredValues } from './dialect.ts';
import { silentLog } from './silent-log.ts';

type MysqlLocation = Extract<DatabaseLocation, { kind: 'mysql' }>;

/** What the driver reports of a statement that wrote. */
interface WriteResult {
  readonly affectedRows: number;
  readonly warningStatus: number;
  readonly info?: string;
}

const KEYS_PER_LOOKUP = 2000;
const ROWS_PER_INSERT = 1000;
/** Rows handed to the socket at a time; about 64 KiB. */
const ROWS_PER_BLOCK = 200;

const TYPES: Record<ColumnType, string> = {
  key: 'varchar(64) character set ascii collate ascii_bin',
  text: 'text',
  longtext: 'longtext',
  json: 'longtext',
  date: 'date',
  instant: 'datetime(6)',
  decimal: 'decimal(28,9)',
  integer: 'bigint',
  boolean: 'tinyint',
  currency: 'char(3) character set ascii collate ascii_bin',
  hash: 'char(16) character set ascii collate ascii_bin',
};

/** Codes of errors after which the whole transaction can simply be tried again. */
const RETRYABLE = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CHECKREAD',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** Errors of the driver and the pool that have no code: the connection is gone, or none became free. */
const LOST = /connection is in closed state|Timeout acquiring a connection/;

const CONFIGURATION = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
]);

/** Opens a pool on MySQL 8 or MariaDB: UTC, strict, read committed, dates as text. */
export function openMysql(location: MysqlLocation): { knex: Knex; dialect: Dialect } {
  const knex = knexFactory({
    client: 'mysql2',
    log: silentLog,
    connection: {
      host: location.host,
      port: location.port,
      user: location.user,
      password: location.password,
      database: location.database,
      charset: 'utf8mb4',
      timezone: 'Z',
      dateStrings: true,
      supportBigNumbers: true,
      connectTimeout: 10_000,
      ...(location.sslMode === 'DISABLED'
        ? {}
        : { ssl: { rejectUnauthorized: location.sslMode === 'VERIFY_IDENTITY', verifyIdentity: location.sslMode === 'VERIFY_IDENTITY' } }),
      ...(location.localInfile ? {} : { flags: '-LOCAL_FILES' }),
    },
    acquireConnectionTimeout: 15_000,
    pool: {
      min: 0,
      max: 4,
      afterCreate: setUpSession,
    },
  });
  return { knex, dialect: mysqlDialect(knex, location) };
}

interface SetupConnection {
  query(sql: string, done: (error: unknown) => void): void;
}

/** Run on each new connection; the second in the standard's form, as the variable's name differs between servers. */
const SESSION_SETUP = [
  "set session time_zone = '+00:00', session sql_mode = " +
    "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  'set session transaction isolation level read committed',
];

function setUpSession(connection: SetupConnection, done: (error: unknown, connection: unknown) => void): void {
  const next = (index: number): void => {
    const statement = SESSION_SETUP[index];
    if (statement === undefined) {
      done(null, connection);
      return;
    }
    connection.query(statement, (error) => {
      if (error) done(error, connection);
      else next(index + 1);
    });
  };
  next(0);
}

function mysqlDialect(knex: Knex, location: MysqlLocation): Dialect {
  let loadAllowed: Promise<boolean> | undefined;
  const mayLoad = () => (loadAllowed ??= location.localInfile ? serverAllowsLocalInfile(knex) : Promise.resolve(false));
  return {
    name: 'mysql',
    concurrentWriters: true,
    quote,
    typeOf: (type) => TYPES[type],
    tableOptions: 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin',
    async bulkReplace(tx, bulk) {
      if (bulk.rows.length > 0) await ((await mayLoad()) ? loadRows : insertRows)(tx, bulk, bulk.replaced);
    },
    async bulkInsertMissing(tx, bulk) {
      if (bulk.rows.length > 0) await ((await mayLoad()) ? loadRows : insertRows)(tx, bulk, 'skip');
    },
    findByKeys,
    async selectRows(anyKnex, statement, values) {
      const [rows] = (await anyKnex.raw(statement, [...values]).options({ rowsAsArray: true })) as [StoredValues[]];
      return rows;
    },
    insertMissing: 'insert ignore into',
    async version(anyKnex) {
      const [rows] = (await anyKnex.raw('select version() as version')) as [{ version: string }[]];
      const version = rows[0]?.version ?? 'unknown';
      return version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}`;
    },
    async columnsOf(anyKnex, table) {
      const [rows] = (await anyKnex.raw(
        'select lower(column_name) as name from information_schema.columns where table_schema = database() and table_name = ?',
        [table],
      )) as [{ name: string }[]];
      return rows.map((row) => row.name);
    },
    // A named lock belongs to the connection: unlike a row, it cannot outlive a killed process. DDL commits by itself.
    async lockSchema(tx) {
      const [rows] = (await tx.raw("select get_lock(concat(database(), '.hub_migrate'), 60) as held")) as unknown as [{ held: number }[]];
      if (rows[0]?.held === 1) return;
      throw new HubError('locked', 'migration_running', 'Another migration of this database is running.', {
        nextStep: 'Wait until it has finished, then try again.',
      });
    },
    async unlockSchema(tx) {
      await tx.raw("select release_lock(concat(database(), '.hub_migrate'))");
    },
    translate: (error) => translate(error, location),
  };
}

async function serverAllowsLocalInfile(knex: Knex): Promise<boolean> {
  const [rows] = (await knex.raw('select @@local_infile as allowed')) as [{ allowed: number }[]];
  return rows[0]?.allowed === 1;
}

/** LOAD DATA LOCAL from memory: the row texts are the lines of the "file". */
async function loadRows(tx: Knex.Transaction, bulk: MissingRows, replaced: number | 'skip'): Promise<void> {
  const statement =
    `load data local infile 'rows' ${replaced === 'skip' ? 'ignore' : 'replace'} into table ${quote(bulk.table)} character set utf8mb4 ` +
    `fields terminated by '\\t' escaped by '\\\\' lines terminated by '\\n' (${bulk.columns.map(quote).join(', ')})`;
  const [result] = (await tx.raw(statement).options({
    infileStreamFactory: () => Readable.from(linesOf(bulk.rows), { objectMode: false }),
  })) as unknown as [WriteResult];
  const counts = /Records: (\d+) +Deleted: (\d+) +Skipped: (\d+) +Warnings: (\d+)/.exec(result.info ?? '');
  const [records, deleted, skipped, warnings] = (counts ?? []).slice(1).map(Number);
  // A skipped duplicate is one warning; any other warning means that the server changed a value.
  const complete =
    records === bulk.rows.length &&
    (replaced === 'skip' ? warnings === skipped : deleted === replaced && skipped === 0 && warnings === 0);
  if (!complete) throw await loadProblem(tx, bulk, result);
}

/** The way without LOAD DATA LOCAL: MySQL 8 forbids it by default. */
async function insertRows(tx: Knex.Transaction, bulk: MissingRows, replaced: number | 'skip'): Promise<void> {
  const row = `(${bulk.columns.map(() => '?').join(',')})`;
  const verb = replaced === 'skip' ? 'insert ignore' : 'replace';
  let affected = 0;
  for (let start = 0; start < bulk.rows.length; start += ROWS_PER_INSERT) {
    const rows = bulk.rows.slice(start, start + ROWS_PER_INSERT);
    const statement = `${verb} into ${quote(bulk.table)} (${bulk.columns.map(quote).join(', ')}) values ${rows.map(() => row).join(',')}`;
    const [result] = (await tx.raw(statement, rows.flatMap(decodeRow) as Knex.RawBinding[])) as unknown as [WriteResult];
    const skipped = replaced === 'skip' ? rows.length - result.affectedRows : 0;
    if (result.warningStatus !== skipped) throw await loadProblem(tx, bulk, result);
    affected += result.affectedRows;
  }
  if (replaced !== 'skip' && affected !== bulk.rows.length + replaced) {
    throw loadError(bulk, `${affected} rows affected instead of ${bulk.rows.length + replaced}`);
  }
}

async function findByKeys(knex: Knex, lookup: KeyLookup): Promise<StoredValues[]> {
  const columns = lookup.columns.map(quote).join(', ');
  const found: StoredValues[] = [];
  for (let start = 0; start < lookup.keys.length; start += KEYS_PER_LOOKUP) {
    const keys = lookup.keys.slice(start, start + KEYS_PER_LOOKUP);
    const statement =
      `select ${columns} from ${quote(lookup.table)} ` +
      `where brand = ? and ${quote(lookup.keyColumn)} in (${keys.map(() => '?').join(',')})`;
    const [rows] = (await knex.raw(statement, [lookup.brand, ...keys]).options({ rowsAsArray: true })) as [StoredValues[]];
    for (const row of rows) found.push(row);
  }
  return found;
}

async function loadProblem(tx: Knex.Transaction, bulk: MissingRows, result: WriteResult): Promise<HubError> {
  const [warnings] = (await tx.raw('show warnings')) as unknown as [{ Code: number; Message: string }[]];
  // The server quotes values in its messages; only its codes are shown, values may be personal.
  const codes = [...new Set(warnings.map((warning) => warning.Code))].join(', ');
  return loadError(bulk, `${result.info ?? `${result.affectedRows} rows`}; server warnings ${codes || 'none'}`);
}

function loadError(bulk: MissingRows, detail: string): HubError {
  return new HubError('unexpected', 'bulk_load_mismatch', `The database did not take all rows of ${bulk.table} as they are: ${detail}.`, {
    context: { table: bulk.table, rows: bulk.rows.length },
    nextStep: 'Nothing of this batch was stored. Compare the table with the migrations (hub migrate status) and report it.',
  });
}

/** The rows as lines, a few hundred at a time: the whole chunk never stands in memory a second time. */
function* linesOf(rows: readonly string[]): Generator<Buffer> {
  for (let start = 0; start < rows.length; start += ROWS_PER_BLOCK) {
    yield Buffer.from(`${rows.slice(start, start + ROWS_PER_BLOCK).join('\n')}\n`);
  }
}

function quote(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``;
}

function translate(error: unknown, location: MysqlLocation): HubError {
  if (error instanceof HubError) return error;
  const code = codeOf(error) ?? '';
  const context = { database: `${location.host}:${location.port}/${location.database}`, code };
  if (RETRYABLE.has(code) || LOST.test(messageOf(error))) {
    return new HubError('transient', 'database_unavailable', 'The database did not answer or gave up on the transaction.', {
      context,
      nextStep: 'Check that the server runs and can be reached (hub doctor), then run the command again.',
      cause: error,
    });
  }
  if (CONFIGURATION.has(code)) {
    return new HubError('configuration', 'database_refused', 'The database refused the connection.', {
      context,
      nextStep: 'Check user, password and database name in HUB_DATABASE_URL; the database itself must exist.',
      cause: error,
    });
  }
  if (code === 'ER_NO_SUCH_TABLE' || code === 'ER_BAD_FIELD_ERROR') {
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
