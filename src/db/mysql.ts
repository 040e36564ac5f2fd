import { readFileSync } from 'node:fs';

import knexFactory, { type Knex } from 'knex';

import { HubError, codeOf } from '../core/errors.ts';
import { inBlocks } from '../core/async/in-blocks.ts';
import type { Instant } from '../core/time.ts';
import { describeLocation, type DatabaseLocation } from './database-url.ts';
import { missingTime, type ColumnType, type Dialect, type KeyLookup, type StoredValues } from './dialect.ts';
import { insertBlocks, loadBlocks, quote, writeError, type BlockWriter } from './mysql-bulk.ts';
import { translate } from './mysql-errors.ts';
import { setUpSession, settingsOf, type NewConnection, type VariableRow } from './mysql-session.ts';
import { silentLog } from './silent-log.ts';

type MysqlLocation = Extract<DatabaseLocation, { kind: 'mysql' }>;

const KEYS_PER_LOOKUP = 2000;
/** A name of up to 64 characters; newer versions of MySQL have no md5() and no sha1(). */
const SCHEMA_LOCK = "concat('hub_migrate.', left(sha2(database(), 256), 32))";

const TYPES: Record<ColumnType, string> = {
  key: 'varchar(64) character set ascii collate ascii_bin',
  longkey: 'varchar(255) character set ascii collate ascii_bin',
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

/** Opens a pool on MySQL or MariaDB: UTC, strict, read committed, dates as text (see mysql-session.ts). */
export function openMysql(location: MysqlLocation): { knex: Knex; dialect: Dialect } {
  const user: KnownUser = { account: undefined };
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
      ...(location.sslMode === 'DISABLED' ? {} : { ssl: tlsOptions(location) }),
      ...(location.localInfile ? {} : { flags: '-LOCAL_FILES' }),
    },
    acquireConnectionTimeout: 15_000,
    pool: {
      min: 0,
      max: 6,
      afterCreate: (connection: NewConnection, done: (error: unknown, connection: unknown) => void) => setUpSession(connection, done, (account) => (user.account = account)),
    },
  });
  return { knex, dialect: mysqlDialect(knex, location, user) };
}

/** @throws HubError configuration if a file of certificates cannot be read */
function tlsOptions({ sslMode, sslCa, sslCert, sslKey }: MysqlLocation) {
  return {
    rejectUnauthorized: sslMode === 'VERIFY_CA' || sslMode === 'VERIFY_IDENTITY',
    verifyIdentity: sslMode === 'VERIFY_IDENTITY',
    ...(sslCa === undefined ? {} : { ca: readPem('ssl-ca', sslCa) }),
    ...(sslCert === undefined ? {} : { cert: readPem('ssl-cert', sslCert) }),
    ...(sslKey === undefined ? {} : { key: readPem('ssl-key', sslKey) }),
  };
}

function readPem(parameter: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new HubError('configuration', 'certificate_unreadable', `The file of ${parameter} in HUB_DATABASE_URL cannot be read: ${file}.`, {
      context: { code: codeOf(cause) },
      nextStep: 'Name a file in PEM form that hub may read, with its whole path.',
      cause,
    });
  }
}

/** What the server knows the user as, once there was a connection. */
interface KnownUser {
  account: string | undefined;
}

function mysqlDialect(knex: Knex, location: MysqlLocation, user: KnownUser): Dialect {
  let writer: Promise<BlockWriter> | undefined;
  const write: BlockWriter = async (...work) => (await (writer ??= writerOf(knex, location.localInfile)))(...work);
  const load: Dialect['bulkLoad'] = async (tx, stream) => {
    const { rows, replaced } = await write(tx, stream, 'replace', stream.blocks);
    if (replaced !== stream.replaced) throw writeError(stream, rows, `${replaced} replaced a stored one instead of ${stream.replaced}`);
  };
  return {
    name: 'mysql',
    concurrentWriters: true,
    quote,
    typeOf: (type) => TYPES[type],
    tableOptions: 'engine=InnoDB row_format=dynamic default charset=utf8mb4 collate=utf8mb4_bin',
    bulkReplace: (tx, bulk) => load(tx, { ...bulk, blocks: inBlocks(bulk.rows, asItIs) }),
    bulkLoad: load,
    async bulkInsertMissing(tx, bulk) {
      const { rows, skipped } = await write(tx, bulk, 'ignore', inBlocks(bulk.rows, asItIs));
      return rows - skipped;
    },
    findByKeys,
    async selectRows(anyKnex, statement, values) {
      const [rows] = (await anyKnex.raw(statement, [...values]).options({ rowsAsArray: true })) as [StoredValues[]];
      return rows;
    },
    streamRows,
    packed: (expressions) => `concat_ws('\\0', ${expressions.map((expression) => `ifnull(${expression}, '')`).join(', ')})`,
    // Not `insert ignore`: it makes warnings of errors too, also of one after which the transaction is gone.
    insertMissing: (table, columns, rows) => {
      const [first = ''] = columns;
      return `insert into ${table} (${columns.join(', ')}) ${rows} on duplicate key update ${table}.${first} = ${table}.${first}`;
    },
    startWriting: () => Promise.resolve(),
    snapshot: { isolationLevel: 'repeatable read' },
    async now(anyKnex) {
      const [rows] = (await anyKnex.raw('select utc_timestamp(6) as now')) as [{ now: Instant }[]];
      return rows[0]?.now ?? missingTime();
    },
    async version(anyKnex) {
      const [rows] = (await anyKnex.raw('select version() as version')) as [{ version: string }[]];
      const version = rows[0]?.version ?? 'unknown';
      return version.includes('MariaDB') ? `MariaDB ${version}` : `MySQL ${version}`;
    },
    wipeFreeSpace: () => Promise.resolve(),
    async columnsOf(anyKnex, table) {
      const [rows] = (await anyKnex.raw(
        'select lower(column_name) as name from information_schema.columns where table_schema = database() and table_name = ? order by ordinal_position',
        [table],
      )) as [{ name: string }[]];
      return rows.map((row) => row.name);
    },
    // A named lock belongs to the connection: unlike a row, it cannot outlive a killed process. DDL commits by itself.
    async lockSchema(tx) {
      const [rows] = (await tx.raw(`select get_lock(${SCHEMA_LOCK}, 60) as held`)) as unknown as [{ held: number }[]];
      if (rows[0]?.held === 1) return;
      throw new HubError('locked', 'migration_running', 'Another migration of this database is running.', {
        nextStep: 'Wait until it has finished, then try again.',
      });
    },
    async unlockSchema(tx) {
      await tx.raw(`select release_lock(${SCHEMA_LOCK})`);
    },
    translate: (error) => translate(error, describeLocation(location), user.account),
  };
}

/** Rows that are all there go in blocks too: joined, they would stand in memory a second time. */
const asItIs = (row: string): string => row;

/** LOAD DATA, unless it is not wanted, forbidden, or a cluster would commit it in parts. */
async function writerOf(knex: Knex, wantsLoad: boolean): Promise<BlockWriter> {
  const [rows] = (await knex.raw("show session variables where variable_name in ('local_infile', 'max_allowed_packet', 'wsrep_on', 'wsrep_load_data_splitting')")) as [VariableRow[]];
  const settings = settingsOf(rows);
  const splits = settings.get('wsrep_on') === 'ON' && settings.get('wsrep_load_data_splitting') === 'ON';
  if (wantsLoad && settings.get('local_infile') === 'ON' && !splits) return loadBlocks;
  return insertBlocks(Number(settings.get('max_allowed_packet')));
}

/** What is asked of the driver's connection itself. */
interface DriverConnection {
  query(options: { readonly sql: string; readonly values: readonly unknown[]; readonly rowsAsArray: boolean }): { stream(options: { readonly highWaterMark: number }): AsyncIterable<StoredValues> };
  destroy(): void;
}

const ROWS_PER_BLOCK = 1_000;

async function* streamRows(tx: Knex.Transaction, statement: string, values: readonly (string | number)[]): AsyncGenerator<readonly StoredValues[]> {
  const { client } = tx as unknown as { client: { acquireConnection(): Promise<DriverConnection> } };
  // Of a transaction it is the one connection that it has.
  const connection = await client.acquireConnection();
  let isWhole = false;
  try {
    let block: StoredValues[] = [];
    for await (const row of connection.query({ sql: statement, values, rowsAsArray: true }).stream({ highWaterMark: ROWS_PER_BLOCK })) {
      if (block.push(row) < ROWS_PER_BLOCK) continue;
      yield block;
      block = [];
    }
    isWhole = true;
    if (block.length > 0) yield block;
  } finally {
    // The rest of the rows would come before the answer to the next statement.
    if (!isWhole) connection.destroy();
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
