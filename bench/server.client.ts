import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';

import { HubError, codeOf, messageOf } from '../src/core/errors.ts';

/** The server that is measured on, and the databases made on it. */
export interface BenchServer {
  readonly version: string;
  /** The settings that decide how fast it writes. */
  readonly settings: Readonly<Record<string, string>>;
  /** A new empty database. */
  create(): Promise<BenchDatabase>;
  /** Drops every database that is left, and closes. */
  close(): Promise<void>;
}

export interface BenchDatabase {
  /** For hub. */
  readonly url: string;
  readonly name: string;
  /** A plain connection of mysql2 to it, with LOAD DATA LOCAL allowed; the caller ends it. */
  connect(): Promise<Connection>;
  drop(): Promise<void>;
}

const PREFIX = 'hub_bench_';
const SETTINGS = [
  'innodb_buffer_pool_size',
  'innodb_log_file_size',
  'innodb_flush_log_at_trx_commit',
  'innodb_doublewrite',
  'innodb_flush_method',
  'log_bin',
  'local_infile',
];

/**
 * Connects to the server.
 * @param url mysql://user:password@host:port, without a database
 * @throws HubError configuration if no server answers there, or it does not allow LOAD DATA LOCAL
 */
export async function openServer(url: string): Promise<BenchServer> {
  const base = url.replace(/\/+$/, '');
  const connection = await connectTo(base);
  const settings = await settingsOf(connection);
  if (settings['local_infile'] !== 'ON') {
    await connection.end();
    throw new HubError('configuration', 'local_infile_off', 'The server forbids LOAD DATA LOCAL, which is what hub is measured against.', {
      nextStep: 'Run: set global local_infile = 1',
    });
  }
  const left = new Set<string>();
  const drop = async (name: string): Promise<void> => {
    await connection.query(`drop database if exists \`${name}\``);
    left.delete(name);
  };
  let made = 0;
  return {
    version: await versionOf(connection),
    settings,
    async create() {
      const name = `${PREFIX}${process.pid}_${++made}`;
      left.add(name);
      await connection.query(`create database \`${name}\` character set utf8mb4`);
      const databaseUrl = `${base}/${name}`;
      return { url: databaseUrl, name, connect: () => connectTo(databaseUrl), drop: () => drop(name) };
    },
    async close() {
      for (const name of left) await drop(name);
      await connection.end();
    },
  };
}

async function connectTo(uri: string): Promise<Connection> {
  try {
    return await createConnection({ uri, flags: ['LOCAL_FILES'], connectTimeout: 5_000, charset: 'utf8mb4' });
  } catch (cause) {
    throw new HubError('configuration', 'no_server', `No MySQL or MariaDB server to measure on: ${codeOf(cause) ?? messageOf(cause)}.`, {
      nextStep: 'Start one, or name one with --url mysql://user:password@host:port (or HUB_BENCH_MYSQL_URL). Its user must be allowed to create databases.',
      cause,
    });
  }
}

async function versionOf(connection: Connection): Promise<string> {
  const [rows] = await connection.query<RowDataPacket[]>('select version() as version');
  return String(rows[0]?.['version']);
}

async function settingsOf(connection: Connection): Promise<Record<string, string>> {
  const [rows] = await connection.query<RowDataPacket[]>('show global variables where variable_name in (?)', [SETTINGS]);
  return Object.fromEntries(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
}
