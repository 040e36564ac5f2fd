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
    ['a write to a closed connection', errorOf("Can't write in closed state")],
    ['a new statement on one', errorOf("Can't add new command when connection is in closed state", { fatal: true })],
    ['a statement in a transaction that ended with its connection', errorOf('Transaction query already complete, run with DEBUG=knex:tx for more info')],
  ])('that tells of %s says that a retry can help', (_, error) => {
    expect(translate(error, PLACE)).toMatchObject({ kind: 'transient', code: 'database_unavailable' });
  });

  test('that is none of these says what is wrong, without the values of the statement', () => {
    const ofStatement = translate(errorOf("insert into t values ('anna@mail.invalid') - Unknown error", { errno: 4999, sql: 'insert' }), PLACE);
    expect(ofStatement).toMatchObject({ kind: 'unexpected', code: 'database_error', message: 'The database refused a statement (error 4999).' });
    expect(JSON.stringify(ofStatement.context)).not.toContain('anna');
    const ofDriver = translate(new TypeError("Cannot read properties of undefined (reading 'anna')"), PLACE);
    expect(ofDriver).toMatchObject({ kind: 'unexpected', context: { detail: 'Cannot read properties of undefined (reading <text>)' } });
  });
});
