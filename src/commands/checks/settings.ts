import { HubError } from '../../core/errors.ts';
import type { ServerSettings } from '../../db/inspection.ts';

const MEBIBYTE = 1024 * 1024;
const LEAST_BUFFER_POOL = 256 * MEBIBYTE;
const LEAST_PACKET = 16 * MEBIBYTE;
/** Product to the oldest version that is tested. */
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
  const isolation = value('transaction_isolation') || value('tx_isolation');
  const session: readonly (readonly [string, string, boolean])[] = [
    ['sql_mode', value('sql_mode'), value('sql_mode').includes('STRICT_ALL_TABLES')],
    ['time_zone', value('time_zone'), value('time_zone') === '+00:00'],
    ['transaction isolation', isolation, isolation === 'READ-COMMITTED'],
    ['character_set_connection', value('character_set_connection'), value('character_set_connection') === 'UTF8MB4'],
  ];
  const wrong = session.find(([, , right]) => !right);
  if (wrong) {
    throw new HubError('configuration', 'session_undone', `The session has ${wrong[0]} ${wrong[1] || 'unset'}, although hub sets it when it connects.`, {
      nextStep: 'A proxy between hub and the server must keep the settings of a session (no statement pooling), or be left out.',
    });
  }
  if (value('log_bin') === 'ON' && value('binlog_format') === 'STATEMENT') {
    throw new HubError('configuration', 'binlog_statement', 'The server logs statements (binlog_format = STATEMENT), which forbids read committed.', {
      nextStep: 'Set binlog_format = ROW on the server.',
    });
  }
  const advice: string[] = [];
  if (wantsLoad && value('local_infile') !== 'ON') advice.push('set global local_infile = ON for faster imports, or add ?local-infile=off to HUB_DATABASE_URL to do without');
  if (Number(value('innodb_buffer_pool_size')) < LEAST_BUFFER_POOL) advice.push('raise innodb_buffer_pool_size to half of the memory of the server or more');
  if (Number(value('max_allowed_packet')) < LEAST_PACKET) advice.push('raise max_allowed_packet to 16 MiB or more');
  if (value('innodb_flush_log_at_trx_commit') !== '1') advice.push('set innodb_flush_log_at_trx_commit = 1: otherwise a crash of the server can lose the last commits');
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
    ['strict', settings.get('sql_mode')?.includes('STRICT_ALL_TABLES') === true ? 'yes' : 'no'],
  ];
  return shown.map(([name, value]) => `${name} ${value}`).join(', ');
}

function mebibytes(bytes: string | undefined): string {
  return `${Math.floor(Number(bytes ?? 0) / MEBIBYTE)} MiB`;
}
