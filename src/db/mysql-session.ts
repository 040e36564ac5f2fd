import { HubError } from '../core/errors.ts';

/**
 * What hub relies on in a session, by the server's own names and as the server shows it. Any of them can be another one in
 * the server's configuration or its `init_connect`; and a server may pass over the characters that the driver asks for
 * when it connects (`skip_character_set_client_handshake`), which would store other letters without an error.
 */
const SESSION = {
  time_zone: '+00:00',
  sql_mode: 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  autocommit: 'ON',
  // Otherwise a commit begins the next transaction, or ends the connection.
  completion_type: 'NO_CHAIN',
  foreign_key_checks: 'ON',
  unique_checks: 'ON',
  sql_safe_updates: 'OFF',
  sql_big_selects: 'ON',
  sql_select_limit: '18446744073709551615',
  sql_auto_is_null: 'OFF',
  // Lost decimal places are a note; without notes nobody would be told of them.
  sql_notes: 'ON',
  max_sort_length: '1024',
  // What the server reports of a bulk write is read.
  lc_messages: 'en_US',
  // A lake may pause in the middle of a load, and a transaction between two statements.
  net_read_timeout: '600',
  net_write_timeout: '600',
  wait_timeout: '28800',
} as const;

/** Set by statements of their own, as the names of the variables differ between servers and versions. */
const SET_OTHERWISE: Readonly<Record<string, string>> = {
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_results: 'utf8mb4',
  collation_connection: 'utf8mb4_bin',
  transaction_isolation: 'READ-COMMITTED',
  tx_isolation: 'READ-COMMITTED',
  transaction_read_only: 'OFF',
  tx_read_only: 'OFF',
};

const EXPECTED: Readonly<Record<string, string>> = { ...SESSION, ...SET_OTHERWISE };

/** The names of the variables that wrongSetting looks at. */
export const sessionVariables = [...Object.keys(EXPECTED), 'wsrep_on', 'wsrep_sync_wait'];

const STATEMENTS = [
  'set names utf8mb4 collate utf8mb4_bin',
  `set ${Object.entries(SESSION).map(([name, value]) => `session ${name} = ${literal(value)}`).join(', ')}`,
  'set session transaction isolation level read committed, read write',
];
const SHOW = `show session variables where variable_name in (${sessionVariables.map((name) => `'${name}'`).join(', ')})`;
/** Reads on a node of a Galera cluster wait until it has what the other nodes committed before. */
const SYNC_WAIT = 'set session wsrep_sync_wait = 1';

/** A connection as the driver hands it to the pool. */
export interface NewConnection {
  query(sql: string, done: (error: Error | null, rows: unknown) => void): void;
  destroy(): void;
}

/**
 * Sets up a new connection and looks whether the server took it over; one that is not as it must be is closed.
 * @param told gets the account that the server took the user for, `hub@10.1.%`: rights belong to it
 */
export function setUpSession(connection: NewConnection, done: (error: unknown, connection: unknown) => void, told: (account: string) => void): void {
  prepare(connection).then(
    (account) => {
      if (account !== undefined) told(account);
      done(null, connection);
    },
    (error: unknown) => {
      // The pool never sees this connection and would leave it open.
      connection.destroy();
      done(error, connection);
    },
  );
}

async function prepare(connection: NewConnection): Promise<string | undefined> {
  const query = (sql: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      connection.query(sql, (error, rows) => {
        if (error === null) resolve(rows);
        else reject(error);
      });
    });
  for (const statement of STATEMENTS) await query(statement);
  const settings = settingsOf((await query(SHOW)) as readonly VariableRow[]);
  if (settings.get('wsrep_on') === 'ON') {
    await query(SYNC_WAIT);
    settings.set('wsrep_sync_wait', '1');
  }
  requireSession(settings);
  const [named] = (await query('select current_user() as account')) as readonly { account: string }[];
  return named?.account;
}

/** A row of `show variables`. */
export interface VariableRow {
  readonly Variable_name: string;
  readonly Value: string;
}

/** Variables by their names in lower case. */
export function settingsOf(rows: readonly VariableRow[]): Map<string, string> {
  return new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
}

/**
 * Fails if a session is not as hub set it up: something between hub and the server has undone it.
 * @param settings those of sessionVariables that the server has
 * @throws HubError configuration, naming the first that is wrong
 */
export function requireSession(settings: ReadonlyMap<string, string>): void {
  const wrong = Object.entries(EXPECTED).find(([name, value]) => settings.has(name) && !isSame(settings.get(name) ?? '', value));
  const unsynced = settings.get('wsrep_on') === 'ON' && (Number(settings.get('wsrep_sync_wait')) & 1) === 0;
  const name = wrong?.[0] ?? (unsynced ? 'wsrep_sync_wait' : undefined);
  if (name === undefined) return;
  throw new HubError('configuration', 'session_undone', `The session has ${name} ${settings.get(name) || 'unset'}, although hub sets it when it connects.`, {
    nextStep: 'A proxy between hub and the server must keep the settings of a session (no statement pooling), or be left out.',
  });
}

/** Lists of modes are compared as sets, as each server has its own order. */
function isSame(shown: string, expected: string): boolean {
  const parts = (text: string): string => text.toUpperCase().split(',').sort().join();
  return parts(shown) === parts(expected);
}

function literal(value: string): string {
  return /^(\d+|ON|OFF)$/.test(value) ? value : `'${value}'`;
}
