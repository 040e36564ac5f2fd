import { describe, expect, test } from '@jest/globals';

import { translate } from '../../src/db/mysql-errors.ts';

const PLACE = 'mysql://127.0.0.1:3306/hub';

/** An error as the driver makes it. */
function errorOf(message: string, fields: Readonly<Record<string, unknown>> = {}): Error {
  return Object.assign(new Error(message), fields);
}

describe('an error of the MySQL driver', () => {
  test.each([
    ['a lost connection', errorOf('Connection lost', { code: 'PROTOCOL_CONNECTION_LOST' })],
    ['a network error of the server', errorOf('Got an error reading communication packets', { code: 'ER_NET_READ_ERROR' })],
    ['a connection that MariaDB was told to kill, for which the driver has no code', errorOf('Connection was killed', { errno: 1927, sql: 'select 1' })],
    ['a record that changed under a snapshot (MariaDB 11.8)', errorOf('Record has changed since last read', { code: 'ER_CHECKREAD', errno: 1020 })],
    ['a node of a cluster that is not ready', errorOf('WSREP has not yet prepared node for application use', { code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 })],
    ['a shutdown', errorOf('Server shutdown in progress', { code: 'ER_SERVER_SHUTDOWN', errno: 1053 })],
    ['an encrypted connection that broke while it was made', errorOf('read ECONNRESET', { code: 'HANDSHAKE_SSL_ERROR' })],
    ['a write to a closed connection', errorOf("Can't write in closed state")],
    ['a new statement on one', errorOf("Can't add new command when connection is in closed state", { fatal: true })],
    ['a statement in a transaction that ended with its connection', errorOf('Transaction query already complete, run with DEBUG=knex:tx for more info')],
  ])('that tells of %s says that a retry can help', (_, error) => {
    expect(translate(error, PLACE)).toMatchObject({ kind: 'transient', code: 'database_unavailable' });
  });

  test.each([
    [1290, 'The MariaDB server is running with the --read-only option so it cannot execute this statement', 'transient', 'database_read_only', 'primary'],
    [1290, 'The MySQL server is running with the --super-read-only option so it cannot execute this statement', 'transient', 'database_read_only', 'primary'],
    [1792, 'Cannot execute statement in a READ ONLY transaction.', 'transient', 'database_read_only', 'primary'],
    [1836, 'Running in read-only mode', 'transient', 'database_read_only', 'primary'],
    [3159, 'Connections using insecure transport are prohibited while --require_secure_transport=ON.', 'configuration', 'database_needs_tls', 'ssl-mode=REQUIRED'],
    [1665, 'Cannot execute statement: impossible to write to binary log', 'configuration', 'binlog_statement', 'binlog_format = ROW'],
    [1969, 'Query execution was interrupted (max_statement_time exceeded)', 'configuration', 'statement_timeout', 'limit'],
    [3024, 'Query execution was interrupted, maximum statement execution time exceeded', 'configuration', 'statement_timeout', 'limit'],
    [1153, "Got a packet bigger than 'max_allowed_packet' bytes", 'configuration', 'packet_too_large', 'max_allowed_packet'],
    [1180, 'wsrep_max_ws_rows exceeded', 'configuration', 'write_set_too_large', 'wsrep_max_ws_rows'],
    [1105, 'Maximum writeset size exceeded', 'configuration', 'write_set_too_large', 'wsrep_max_ws_size'],
    [1290, 'The MySQL server is running with the --secure-file-priv option so it cannot execute this statement', 'unexpected', 'database_error', undefined],
  ])('%d "%s" is %s: %s', (errno, message, kind, code, next) => {
    const error = translate(errorOf(message, { errno, sql: 'insert' }), PLACE);
    expect(error).toMatchObject({ kind, code });
    if (next !== undefined) expect(error.nextStep).toContain(next);
  });

  test.each(['self-signed certificate in certificate chain', "Hostname/IP does not match certificate's altnames"])('says that a certificate cannot be verified: %s', (message) => {
    const error = translate(errorOf(message, { code: 'HANDSHAKE_SSL_ERROR', fatal: true }), PLACE);
    expect(error).toMatchObject({ kind: 'configuration', code: 'database_certificate', message: expect.stringContaining(message), nextStep: expect.stringContaining('ssl-ca=FILE') });
  });

  test('that is none of these says what is wrong, without the values of the statement', () => {
    const ofStatement = translate(errorOf("insert into t values ('anna@mail.invalid') - Unknown error", { errno: 4999, sql: 'insert' }), PLACE);
    expect(ofStatement).toMatchObject({ kind: 'unexpected', code: 'database_error', message: 'The database refused a statement (error 4999).' });
    expect(JSON.stringify(ofStatement.context)).not.toContain('anna');
    const ofDriver = translate(new TypeError("Cannot read properties of undefined (reading 'anna')"), PLACE);
    expect(ofDriver).toMatchObject({ kind: 'unexpected', context: { detail: 'Cannot read properties of undefined (reading <text>)' } });
  });
});
