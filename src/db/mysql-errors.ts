import { HubError, codeOf, messageOf, type ErrorKind } from '../core/errors.ts';
import { scrubForeign } from '../core/text/scrub.ts';
import { missingRight } from './mysql-rights.ts';

/** What an error of the server or the driver means. */
interface Meaning {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
}

/** After these the whole transaction is simply tried again. */
const UNAVAILABLE: Meaning = {
  kind: 'transient',
  code: 'database_unavailable',
  message: 'The database did not answer or gave up on the transaction.',
  nextStep: 'Check that the server runs and can be reached (hub doctor), then run the command again.',
};

const REFUSED: Meaning = {
  kind: 'configuration',
  code: 'database_refused',
  message: 'The database refused the connection.',
  nextStep: 'Check user, password and database name in HUB_DATABASE_URL; the database itself must exist.',
};

const OUTDATED: Meaning = {
  kind: 'configuration',
  code: 'schema_outdated',
  message: 'The database does not have the tables of this version.',
  nextStep: 'Run: hub migrate up',
};

/** A replica, or a server during a failover: the run can go on when it takes writes again. */
const READ_ONLY: Meaning = {
  kind: 'transient',
  code: 'database_read_only',
  message: 'The server takes no writes: it is read-only, as a replica is, or a primary during a failover.',
  nextStep: 'Let HUB_DATABASE_URL name the primary, or set global read_only = OFF (and super_read_only on MySQL), then run the command again.',
};

const TOO_LARGE: Meaning = {
  kind: 'configuration',
  code: 'packet_too_large',
  message: 'A statement is larger than the server takes (max_allowed_packet).',
  nextStep: 'Set global max_allowed_packet to 64 MiB or more, or local_infile = ON, by which rows are not limited; then run the command again.',
};

/** Galera certifies a transaction as one write set. */
const WRITE_SET: Meaning = {
  kind: 'configuration',
  code: 'write_set_too_large',
  message: 'The transaction is larger than the cluster takes as one.',
  nextStep: 'Set global wsrep_max_ws_rows = 0 and wsrep_max_ws_size = 2147483647 on every node, then run the command again.',
};

const TOO_SLOW: Meaning = {
  kind: 'configuration',
  code: 'statement_timeout',
  message: 'The server stopped a statement that took longer than it allows (max_statement_time on MariaDB, max_execution_time on MySQL).',
  nextStep: 'Raise the limit for the user of hub, or set it to 0, then run the command again.',
};

const ENCRYPT: Meaning = {
  kind: 'configuration',
  code: 'database_needs_tls',
  message: 'The server takes encrypted connections only (require_secure_transport).',
  nextStep: 'Add ?ssl-mode=VERIFY_IDENTITY to HUB_DATABASE_URL (with &ssl-ca=FILE for a private authority), or ?ssl-mode=REQUIRED to encrypt without proving who answers.',
};

const NO_TLS: Meaning = {
  kind: 'configuration',
  code: 'database_without_tls',
  message: 'The server does not offer encrypted connections, although ssl-mode asks for one.',
  nextStep: 'Set up TLS on the server, or take ssl-mode out of HUB_DATABASE_URL.',
};

const BINLOG: Meaning = {
  kind: 'configuration',
  code: 'binlog_statement',
  message: 'The server logs statements (binlog_format = STATEMENT), which forbids read committed.',
  nextStep: 'Set binlog_format = ROW on the server.',
};

/** By the number that the server gives: the driver has no name for some of MariaDB's. */
const BY_NUMBER = new Map<number, Meaning>([
  // A changed record (1020, snapshot isolation), a deadlock, a lock wait: the server has rolled the transaction back, or hub does.
  ...[1020, 1205, 1213].map((number) => [number, UNAVAILABLE] as const),
  // Too many connections, a shutdown, a network error, a killed connection (1927: MariaDB), one idle for too long (4031: MySQL).
  ...[1040, 1053, 1077, 1079, 1158, 1159, 1160, 1161, 1203, 1317, 1927, 4031].map((number) => [number, UNAVAILABLE] as const),
  // A node of a cluster that is not ready; a member of a group that was removed from it or lost a conflict.
  ...[1047, 3100, 3101].map((number) => [number, UNAVAILABLE] as const),
  ...[1045, 1049, 1698].map((number) => [number, REFUSED] as const),
  ...[1054, 1146].map((number) => [number, OUTDATED] as const),
  ...[1792, 1836].map((number) => [number, READ_ONLY] as const),
  ...[1969, 3024].map((number) => [number, TOO_SLOW] as const),
  [1153, TOO_LARGE],
  [1665, BINLOG],
  [3159, ENCRYPT],
]);

/** Codes of the network, and of the driver where there is no server to give a number. */
const BY_CODE = new Map<string, Meaning>([
  ...['PROTOCOL_CONNECTION_LOST', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].map((code) => [code, UNAVAILABLE] as const),
  ['ER_NET_READ_ERROR', UNAVAILABLE],
  ['HANDSHAKE_NO_SSL_SUPPORT', NO_TLS],
]);

/** Errors whose number says too little; the message says which option it is, and holds no values. */
const BY_MESSAGE: readonly (readonly [number, RegExp, Meaning])[] = [
  [1290, /read-only|read_only/, READ_ONLY],
  [1180, /wsrep_max_ws|error 90\b/, WRITE_SET],
  [1105, /writeset size/i, WRITE_SET],
];

/**
 * Errors of the driver, of knex and of the pool that have no code: the connection is gone, and with it the transaction, or
 * none became free.
 */
const LOST = /in closed state|Timeout acquiring a connection|Unable to acquire a connection|Transaction query already complete|Invalid connection for transaction query/;

/** True for the numbers of errors, or warnings in their place, after which the transaction is tried again. */
export function isRetryable(errno: number): boolean {
  return BY_NUMBER.get(errno) === UNAVAILABLE;
}

/**
 * An error that makes the whole transaction run again.
 * @param context where
 */
export function unavailable(context: Record<string, string>, cause?: unknown): HubError {
  return errorOf(UNAVAILABLE, context, cause);
}

/** A row that no statement can hold. A server may close the connection on it, without saying why. */
export function packetTooLarge(context: Record<string, string | number>): HubError {
  return errorOf(TOO_LARGE, context, undefined);
}

/**
 * Turns an error of the driver into a HubError that says whether a retry can help.
 * @param place the database without user and password: `mysql://host:3306/hub`
 * @param account the user as the server knows it, `hub@%`, if a connection has told
 */
export function translate(error: unknown, place: string, account?: string): HubError {
  if (error instanceof HubError) return error;
  const { errno: number, sql, sqlMessage } = error as { readonly errno?: unknown; readonly sql?: unknown; readonly sqlMessage?: unknown };
  const errno = typeof number === 'number' ? number : 0;
  // What the server said; in the message knex puts the statement before it.
  const message = typeof sqlMessage === 'string' ? sqlMessage : messageOf(error);
  const code = codeOf(error) ?? (errno === 0 ? '' : `error ${errno}`);
  const context = { database: place, code };
  const known = BY_NUMBER.get(errno) ?? BY_CODE.get(code) ?? BY_MESSAGE.find(([of, text]) => of === errno && text.test(message))?.[2] ?? (LOST.test(message) ? UNAVAILABLE : undefined);
  if (known !== undefined) return errorOf(known, context, error);
  if (code === 'HANDSHAKE_SSL_ERROR') return tlsError(message, context, error);
  const denied = missingRight(errno, message, place.slice(place.lastIndexOf('/') + 1), context, account);
  if (denied !== undefined) return denied;
  // The message of a statement's error holds its values; others are of the driver or the program, and say what is wrong.
  const detail = code === '' && sql === undefined ? { detail: scrubForeign(message) } : {};
  return new HubError('unexpected', 'database_error', `The database refused a statement (${code || 'no code'}).`, {
    context: { ...context, ...detail },
    cause: error,
  });
}

function errorOf({ kind, code, message, nextStep }: Meaning, context: Record<string, string | number>, cause: unknown): HubError {
  return new HubError(kind, code, message, { context, nextStep, cause });
}

/** An encrypted connection that was not made: the driver gives one code for a certificate and for a network that fails. */
function tlsError(message: string, context: Record<string, string>, cause: unknown): HubError {
  if (/ECONN|EPIPE|ETIMEDOUT|socket|disconnected/.test(message)) return errorOf(UNAVAILABLE, context, cause);
  return new HubError('configuration', 'database_certificate', `The certificate of the server cannot be verified: ${message}.`, {
    context,
    nextStep: 'Name the authority that signed it with &ssl-ca=FILE in HUB_DATABASE_URL, and the host by the name in the certificate; ssl-mode=REQUIRED encrypts without verifying.',
    cause,
  });
}
