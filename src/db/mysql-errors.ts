import { HubError, codeOf, messageOf } from '../core/errors.ts';
import { scrubForeign } from '../core/scrub.ts';

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
  'ER_NET_READ_ERROR',
  'ER_NET_READ_INTERRUPTED',
  'ER_NET_ERROR_ON_WRITE',
  'ER_NET_WRITE_INTERRUPTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/**
 * Errors of the driver, of knex and of the pool that have no code: the connection is gone, and with it the transaction, or
 * none became free.
 */
const LOST = /in closed state|Timeout acquiring a connection|Unable to acquire a connection|Transaction query already complete|Invalid connection for transaction query/;

/** Numbers for which the driver has no code, as MariaDB alone has them: ER_CONNECTION_KILLED. */
const RETRYABLE_NUMBERS = new Set([1927]);

const CONFIGURATION = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_BAD_DB_ERROR',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
]);

/**
 * Turns an error of the driver into a HubError that says whether a retry can help.
 * @param database where, without user and password
 */
export function translate(error: unknown, database: string): HubError {
  if (error instanceof HubError) return error;
  const { errno, sql } = error as { readonly errno?: unknown; readonly sql?: unknown };
  const code = codeOf(error) ?? (typeof errno === 'number' ? `error ${errno}` : '');
  const context = { database, code };
  if (RETRYABLE.has(code) || RETRYABLE_NUMBERS.has(Number(errno)) || LOST.test(messageOf(error))) {
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
  // The message of a statement's error holds its values; others are of the driver or the program, and say what is wrong.
  const detail = code === '' && sql === undefined ? { detail: scrubForeign(messageOf(error)) } : {};
  return new HubError('unexpected', 'database_error', `The database refused a statement (${code || 'no code'}).`, {
    context: { ...context, ...detail },
    cause: error,
  });
}
