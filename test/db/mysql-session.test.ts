import { beforeAll, describe, expect, test } from '@jest/globals';

import { encodeRow } from '../../src/core/text/row-text.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { requireSession, sessionVariables, settingsOf, type VariableRow } from '../../src/db/mysql-session.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { describeMysql } from '../support/databases/databases.ts';
import { onServer } from '../support/databases/server-answers.ts';
import { findServerProgram, startServer, type PrivateServer } from '../support/databases/server.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';
import { probe, probeColumns, probeRow, resetProbe, storedProbe } from './probe-table.ts';

const TEXT = 'Zoë – 5 € 😀';
/** What bends the work of every client that does not say what it needs. */
const BENT = [
  ...["set global init_connect = 'set names latin1'", "set global sql_mode = ''", "set global time_zone = '+05:00'", 'set global autocommit = 0'],
  ...["set global completion_type = 'CHAIN'", 'set global sql_select_limit = 1', "set global lc_messages = 'de_DE'", 'set global max_sort_length = 8'],
  ...['set global transaction isolation level serializable, read only', 'set global max_allowed_packet = 1048576'],
];

const program = findServerProgram(process.env['PATH'] ?? '');

(program === undefined ? describe.skip : describe)(`a server with other settings${program === undefined ? ' (NOT RUN: no server program is installed)' : ''}`, () => {
  let server: PrivateServer | undefined;
  let loading: Database;
  let inserting: Database;

  beforeAll(async () => {
    const started = await startServer(program ?? '', temporaryFolder('bent'));
    server = started;
    atEndOfFile(() => started.stop());
    const { url } = started;
    await onServer(url, 'create database bent');
    await onServer(url, "create user hub identified by 'pw'");
    await onServer(url, 'grant all on bent.* to hub');
    for (const statement of BENT) await onServer(url, statement);
    const open = (parameters: string): Database => {
      const database = openDatabase(`${url.replace('root@', 'hub:pw@')}/bent${parameters}`);
      atEndOfFile(() => database.close());
      return database;
    };
    loading = open('');
    inserting = open('?local-infile=off');
  }, 60_000);

  test('stores every letter, commits, and reads all rows', async () => {
    for (const database of [loading, inserting]) {
      await resetProbe(database);
      const rows = ['a', 'b', 'c'].map((id) => encodeRow(probeRow({ source_id: id, note: TEXT })));
      await database.write((tx) => database.dialect.bulkReplace(tx, { table: probe.name, columns: probeColumns, rows, replaced: 0 }));
      await database.write((tx) => tx('probe').where({ source_id: 'c' }).update({ note: `${TEXT}!` }));
      expect(await storedProbe(database, ['a', 'b', 'c'], ['note'])).toEqual([[TEXT], [TEXT], [`${TEXT}!`]]);
      const stored = await onServer<{ bytes: string }>(server?.url ?? '', "select hex(note) as bytes from bent.probe where source_id = 'a'");
      expect(stored).toEqual([{ bytes: Buffer.from(TEXT).toString('hex').toUpperCase() }]);
    }
  });

  test('refuses a value that it would cut', async () => {
    const work = inserting.write((tx) => tx('probe').insert({ brand: 'alpina', source_id: 'x'.repeat(65) }));
    await expect(work).rejects.toMatchObject({ name: 'HubError' });
  });

  test('takes rows of more than one packet, also without LOAD DATA', async () => {
    await resetProbe(inserting);
    const story = `"'\\${'x'.repeat(90_000)}`;
    const ids = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    const rows = ids.map((id) => encodeRow(probeRow({ source_id: id, story })));
    await inserting.write((tx) => inserting.dialect.bulkReplace(tx, { table: probe.name, columns: probeColumns, rows, replaced: 0 }));
    expect(await storedProbe(inserting, ids, ['story'])).toEqual(ids.map(() => [story]));
  });

  test('names the limit if a single value is larger than a packet', async () => {
    const rows = [encodeRow(probeRow({ source_id: 'huge', story: 'x'.repeat(3_000_000) }))];
    const work = inserting.write((tx) => inserting.dialect.bulkReplace(tx, { table: probe.name, columns: probeColumns, rows, replaced: 0 }));
    await expect(work).rejects.toMatchObject({ kind: 'configuration', code: 'packet_too_large', nextStep: expect.stringContaining('max_allowed_packet') });
    expect(await storedProbe(inserting, ['huge'])).toEqual([]);
  });
});

describeMysql('a session', (suite) => {
  test('is as it was set up, and one that was undone is refused by the name of what is wrong', async () => {
    const names = sessionVariables.map((name) => `'${name}'`).join(', ');
    const [rows] = (await suite.database.read((knex) => knex.raw<unknown>(`show session variables where variable_name in (${names})`))) as [VariableRow[]];
    const settings = settingsOf(rows);
    expect(() => requireSession(settings)).not.toThrow();
    const undone: readonly (readonly [string, string])[] = [
      ...([['sql_mode', ''], ['time_zone', 'SYSTEM'], ['character_set_client', 'latin1'], ['autocommit', 'OFF'], ['sql_select_limit', '1']] as const),
    ];
    for (const [name, value] of undone) {
      expect(() => requireSession(new Map([...settings, [name, value]]))).toThrow(
        expect.objectContaining({ kind: 'configuration', code: 'session_undone', message: expect.stringContaining(`has ${name} `) }),
      );
    }
  });
});

test('a session of a cluster whose reads do not wait for the other nodes is refused', () => {
  expect(() => requireSession(new Map([['wsrep_on', 'ON'], ['wsrep_sync_wait', '0']]))).toThrow(expect.objectContaining({ code: 'session_undone' }));
  expect(() => requireSession(new Map([['wsrep_on', 'ON'], ['wsrep_sync_wait', '7']]))).not.toThrow();
  expect(() => requireSession(new Map([['wsrep_on', 'OFF'], ['wsrep_sync_wait', '0']]))).not.toThrow();
});
