import { HubError } from '../../core/errors.ts';
import type { ServerSettings } from '../../db/inspection.ts';
import { requireSession } from '../../db/mysql-session.ts';

const MEBIBYTE = 1024 * 1024;
const LEAST_BUFFER_POOL = 256 * MEBIBYTE;
const LEAST_PACKET = 16 * MEBIBYTE;
/** Product to the oldest version that has all that hub uses (`skip locked`); docs/servers.md says which were run. */
const OLDEST: Readonly<Record<string, readonly [number, number]>> = { MariaDB: [10, 6], MySQL: [8, 0] };

/**
 * Fails for a server that is too old: `MySQL 5.7.44`.
 * @throws HubError configuration
 */
export function requireVersion(version: string): void {
  const [, product = '', major = '0', minor = '0'] = /^(\w+) (\d+)\.(\d+)/.exec(version) ?? [];
  const oldest = OLDEST[product];
  if (oldest === undefined) return;
  const [needsMajor, needsMinor] = oldest;
  if (Number(major) > needsMajor || (Number(major) === needsMajor && Number(minor) >= needsMinor)) return;
  throw new HubError('configuration', 'database_too_old', `${version} is too old.`, { nextStep: `Use ${product} ${needsMajor}.${needsMinor} or newer.` });
}

/**
 * What hub asks of a MySQL or MariaDB connection: the session as hub sets it up, which a proxy in between may undo.
 * @returns advice for what works, but slowly or less safely
 * @throws HubError configuration for what would store wrong values
 */
export function judgeMysqlSettings(settings: ServerSettings, wantsLoad: boolean): string[] {
  const value = (name: string): string => settings.get(name)?.toUpperCase() ?? '';
  requireSession(settings);
  requireWritable(value);
  if (value('log_bin') === 'ON' && value('binlog_format') === 'STATEMENT') {
    throw new HubError('configuration', 'binlog_statement', 'The server logs statements (binlog_format = STATEMENT), which forbids read committed.', {
      nextStep: 'Set binlog_format = ROW on the server.',
    });
  }
  const advice: string[] = [];
  const loads = wantsLoad && value('local_infile') === 'ON';
  if (wantsLoad && !loads) advice.push('set global local_infile = ON for faster imports, or add ?local-infile=off to HUB_DATABASE_URL to do without');
  if (Number(value('innodb_buffer_pool_size')) < LEAST_BUFFER_POOL) advice.push('raise innodb_buffer_pool_size to half of the memory of the server or more');
  if (Number(value('max_allowed_packet')) < LEAST_PACKET) {
    advice.push(`raise max_allowed_packet to 16 MiB or more${loads ? '' : ': without LOAD DATA every row and document has to fit into one packet'}`);
  }
  if (value('wsrep_on') === 'ON') advice.push(...clusterAdvice(value, wantsLoad));
  if (value('innodb_flush_log_at_trx_commit') !== '1') advice.push('set innodb_flush_log_at_trx_commit = 1: otherwise a crash of the server can lose the last commits');
  return advice;
}

/** @throws HubError transient for a server that is to take no writes, or a node that is no part of its cluster */
function requireWritable(value: (name: string) => string): void {
  const readOnly = ['read_only', 'super_read_only', 'innodb_read_only'].find((name) => !['', 'OFF'].includes(value(name)));
  if (readOnly !== undefined) {
    throw new HubError('transient', 'database_read_only', `The server is set to take no writes (${readOnly} = ${value(readOnly)}): it is a replica, or a primary during a failover.`, {
      nextStep: `Let HUB_DATABASE_URL name the primary, or set global ${readOnly} = OFF.`,
    });
  }
  const ready = value('wsrep_on') !== 'ON' || (value('wsrep_ready') === 'ON' && value('wsrep_cluster_status') === 'PRIMARY');
  if (ready) return;
  throw new HubError('transient', 'node_not_ready', 'The node is not ready: it is no part of the primary component of its cluster.', {
    nextStep: 'Wait until it has joined (show status like "wsrep%"), or let HUB_DATABASE_URL name another node.',
  });
}

/** A batch is one transaction, and so one write set. */
function clusterAdvice(value: (name: string) => string, wantsLoad: boolean): string[] {
  const advice: string[] = [];
  if (wantsLoad && value('wsrep_load_data_splitting') === 'ON') {
    advice.push('set global wsrep_load_data_splitting = OFF for faster imports: as long as it would commit LOAD DATA in parts, hub does without');
  }
  if (Number(value('wsrep_max_ws_rows')) > 0) advice.push('set global wsrep_max_ws_rows = 0: a batch with more rows is refused');
  return advice;
}

/** The settings as they are shown. */
export function settingsText(settings: ServerSettings): string {
  const shown: readonly (readonly [string, string])[] = [
    ['local_infile', settings.get('local_infile') ?? ''],
    ['buffer pool', mebibytes(settings.get('innodb_buffer_pool_size'))],
    ['max packet', mebibytes(settings.get('max_allowed_packet'))],
    ['time zone', settings.get('time_zone') ?? ''],
    ['isolation', settings.get('transaction_isolation') ?? settings.get('tx_isolation') ?? ''],
    ['characters', settings.get('character_set_connection') ?? ''],
    ...(settings.get('wsrep_on') === 'ON' ? ([['Galera', settings.get('wsrep_cluster_status') ?? '']] as const) : []),
    ['strict', settings.get('sql_mode')?.includes('STRICT_ALL_TABLES') === true ? 'yes' : 'no'],
  ];
  return shown.map(([name, value]) => `${name} ${value}`).join(', ');
}

function mebibytes(bytes: string | undefined): string {
  return `${Math.floor(Number(bytes ?? 0) / MEBIBYTE)} MiB`;
}
