import knexFactory, { type Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import { inBlocks } from '../core/in-blocks.ts';
import type { Instant } from '../core/time.ts';
import { describeLocation, type DatabaseLocation } from './database-url.ts';
import { missingTime, type ColumnType, type Dialect, type KeyLookup, type StoredValues } from './dialect.ts';
import { insertBlocks, loadBlocks, quote, writeError, type BlockWriter } from './mysql-bulk.ts';
import { translate } from './mysql-errors.ts';
import { silentLog } from './silent-log.ts';

type MysqlLocation = Extract<DatabaseLocation, { kind: 'mysql' }>;

const KEYS_PER_LOOKUP = 2000;

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
      max: 6,
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
  const write: BlockWriter = async (...work) => ((await mayLoad()) ? loadBlocks : insertBlocks)(...work);
  const load: Dialect['bulkLoad'] = async (tx, stream) => {
    const { rows, replaced } = await write(tx, stream, 'replace', stream.blocks);
    if (replaced !== stream.replaced) throw writeError(stream, rows, `${replaced} replaced a stored one instead of ${stream.replaced}`);
  };
  return {
    name: 'mysql',
    concurrentWriters: true,
    quote,
    typeOf: (type) => TYPES[type],
    tableOptions: 'engine=InnoDB default charset=utf8mb4 collate=utf8mb4_bin',
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
    packed: (expressions) => `concat_ws('\\0', ${expressions.map((expression) => `ifnull(${expression}, '')`).join(', ')})`,
    insertMissing: 'insert ignore into',
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
    async columnsOf(anyKnex, table) {
      const [rows] = (await anyKnex.raw(
        'select lower(column_name) as name from information_schema.columns where table_schema = database() and table_name = ?',
        [table],
      )) as [{ name: string }[]];
      return rows.map((row) => row.name);
    },
    // A named lock belongs to the connection: unlike a row, it cannot outlive a killed process. DDL commits by itself.
    async lockSchema(tx) {
      const [rows] = (await tx.raw("select get_lock(concat('hub_migrate.', md5(database())), 60) as held")) as unknown as [{ held: number }[]];
      if (rows[0]?.held === 1) return;
      throw new HubError('locked', 'migration_running', 'Another migration of this database is running.', {
        nextStep: 'Wait until it has finished, then try again.',
      });
    },
    async unlockSchema(tx) {
      await tx.raw("select release_lock(concat('hub_migrate.', md5(database())))");
    },
    translate: (error) => translate(error, describeLocation(location)),
  };
}

/** Rows that are all there go in blocks too: joined, they would stand in memory a second time. */
const asItIs = (row: string): string => row;

async function serverAllowsLocalInfile(knex: Knex): Promise<boolean> {
  const [rows] = (await knex.raw('select @@local_infile as allowed')) as [{ allowed: number }[]];
  return rows[0]?.allowed === 1;
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
