import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import { HubError } from '../../src/core/errors.ts';
import { openDatabase, runTransaction, type Database, type Transaction } from '../../src/db/database.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { describeEachDatabase, describeMysql, migrate, newDatabase } from '../support/databases/databases.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

describeEachDatabase('transactions', (suite) => {
  beforeEach(() => suite.empty());

  test('commit what the work did and give its result', async () => {
    expect(await suite.database.write((tx) => count(tx, 'a'))).toBe(1);
    expect(await values(suite.database)).toEqual({ a: 1 });
  });

  test('roll back when the work fails, with its own error', async () => {
    const error = new HubError('refused', 'mine', 'Mine.');
    const work = suite.database.write(async (tx) => {
      await count(tx, 'a');
      throw error;
    });
    await expect(work).rejects.toBe(error);
    expect(await values(suite.database)).toEqual({});
  });

  test('are rehearsed: the work gives what it gives, and leaves no trace', async () => {
    expect(await suite.database.rehearse((tx) => count(tx, 'rehearsed'))).toBe(1);
    expect(await suite.database.rehearse((tx) => count(tx, 'rehearsed'))).toBe(1);
  });

  test('roll back by the result and still give it', async () => {
    const result = await suite.database.write((tx) => count(tx, 'a'), { rollbackIf: (value) => value === 1 });
    expect(result).toBe(1);
    expect(await values(suite.database)).toEqual({});
  });

  test('hold savepoints that roll back alone', async () => {
    await suite.database.write(async (tx) => {
      await count(tx, 'a');
      await runTransaction(tx, (inner) => count(inner, 'b'), () => true);
      await runTransaction(tx, (inner) => count(inner, 'c'));
    });
    expect(await values(suite.database)).toEqual({ a: 1, c: 1 });
  });

  test('fail when the commit fails, store nothing and leave the connection usable', async () => {
    if (suite.dialect === 'sqlite') await suite.database.read((knex) => knex.raw('pragma foreign_keys = on'));
    const work = suite.database.write((tx) => failAtCommit(tx, suite.dialect));
    await expect(work).rejects.toBeInstanceOf(HubError);
    expect(await values(suite.database)).toEqual({});
    await suite.database.write((tx) => count(tx, 'b'));
    expect(await values(suite.database)).toEqual({ b: 1 });
  });

  test('that are refused at their commit are done again only if they turn out not to be stored', async () => {
    const answers = [false, true];
    let tries = 0;
    const work = suite.database.write(
      async (tx) => {
        await failAtCommit(tx, suite.dialect);
        return ++tries;
      },
      { isCommitted: () => Promise.resolve(answers.shift() ?? true) },
    );
    // An embedded database says no for good: it is asked nothing. A server's connection is lost, whatever became of the commit.
    if (suite.dialect === 'sqlite') await expect(work).rejects.toBeInstanceOf(HubError);
    else expect(await work).toBe(2);
    expect(answers).toHaveLength(suite.dialect === 'sqlite' ? 2 : 0);
  });

  test('do not start after the signal', async () => {
    const work = suite.database.write((tx) => count(tx, 'a'), { signal: AbortSignal.abort() });
    await expect(work).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await values(suite.database)).toEqual({});
  });

  test('an error of the driver says what to do', async () => {
    await expect(suite.database.read((knex) => knex('no_such_table').select())).rejects.toMatchObject({
      kind: 'configuration',
      code: 'schema_outdated',
      nextStep: 'Run: hub migrate up',
    });
    await expect(suite.database.write((tx) => tx('counters').select('no_such_column'))).rejects.toMatchObject({ code: 'schema_outdated' });
    await expect(suite.database.write((tx) => tx('counters').insert({ name: 'x', value: null }))).rejects.toMatchObject({
      kind: 'unexpected',
      code: 'database_error',
    });
  });
});

describeEachDatabase('a snapshot', (suite) => {
  beforeEach(() => suite.empty());

  test('sees one moment and keeps nobody from writing', async () => {
    const other = suite.openAgain();
    const seen = await suite.database.snapshot(async (tx) => {
      const before = await tx('counters').pluck('name');
      await other.write((writing) => count(writing, 'a'));
      return [before, await tx('counters').pluck('name')];
    });
    expect(seen).toEqual([[], []]);
    expect(await suite.database.snapshot((tx) => tx('counters').pluck('name'))).toEqual(['a']);
  });
});

describeMysql('transactions under fire', (suite) => {
  beforeEach(async () => {
    await suite.empty();
    await suite.database.knex('counters').insert([{ name: 'a', value: 0 }, { name: 'b', value: 0 }]);
  });

  test('after a snapshot the connection is as it was: it sees what others have just committed', async () => {
    const other = suite.openAgain();
    await suite.database.snapshot((tx) => tx('counters').select());
    await suite.database.write(async (tx) => {
      await tx('counters').select();
      await other.write((writing) => count(writing, 'c'));
      expect(await tx('counters').orderBy('name').pluck('name')).toEqual(['a', 'b', 'c']);
    });
  });

  test('a deadlock is resolved by doing one of them again', async () => {
    const other = suite.openAgain();
    let tries = 0;
    const crosswise = (database: Database, first: string, second: string) =>
      database.write(async (tx) => {
        tries++;
        await tx('counters').where({ name: first }).increment('value', 1);
        if (tries <= 2) await sleep(100);
        await tx('counters').where({ name: second }).increment('value', 1);
      });
    await Promise.all([crosswise(suite.database, 'a', 'b'), crosswise(other, 'b', 'a')]);
    expect(tries).toBe(3);
    expect(await values(suite.database)).toEqual({ a: 2, b: 2 });
  });

  test('a connection killed in the middle makes the whole work run again on a new one', async () => {
    let tries = 0;
    const killer = suite.openAgain();
    await suite.database.write(async (tx) => {
      tries++;
      await tx('counters').where({ name: 'a' }).increment('value', 1);
      if (tries === 1) {
        const [rows] = (await tx.raw('select connection_id() as id')) as unknown as [{ id: number }[]];
        await killer.knex.raw(`kill ${rows[0]?.id ?? 0}`);
      }
      await tx('counters').where({ name: 'b' }).increment('value', 1);
    });
    expect(tries).toBe(2);
    expect(await values(suite.database)).toEqual({ a: 1, b: 1 });
  });
});

describeMysql('a server that cannot be used', (suite) => {
  test.each([
    ['a wrong password', (url: URL) => void (url.password = 'wrong-secret'), 'configuration', 'database_refused'],
    ['an unknown database', (url: URL) => void (url.pathname = '/hub_no_such_database'), 'configuration', 'database_refused'],
    ['a port where nobody listens', (url: URL) => void (url.port = '1'), 'transient', 'database_unavailable'],
  ])('%s is told as what it is, without the secret, and not on stdout', async (_, change, kind, code) => {
    const url = new URL(suite.url);
    change(url);
    const database = opened(url.href);
    const stdout = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const error: unknown = await database.read((knex) => knex.raw('select 1')).catch((thrown: unknown) => thrown);
    expect(stdout).not.toHaveBeenCalled();
    stdout.mockRestore();
    expect(error).toMatchObject({ name: 'HubError', kind, code, nextStep: expect.any(String) });
    const { message, context, nextStep } = error as HubError;
    expect(JSON.stringify({ message, context, nextStep })).not.toContain('wrong-secret');
  });
});

describe('transactions on an embedded database', () => {
  let url: string;
  let database: Database;
  beforeEach(async () => {
    ({ url, database } = await newDatabase('sqlite'));
    await migrate(database);
  });

  test('write from their start: nobody else writes on an embedded database until they end', async () => {
    const other = new BetterSqlite3(url.slice('sqlite:'.length), { timeout: 0 });
    try {
      await database.write(async (tx) => {
        await tx('counters').select();
        expect(() => other.exec('begin immediate')).toThrow('database is locked');
      });
      other.exec('begin immediate; rollback');
    } finally {
      other.close();
    }
  });

  test.each(['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT'])('do the whole work again on a busy embedded database (%s)', async (code) => {
    let tries = 0;
    await database.write(async (tx) => {
      await count(tx, 'a');
      if (++tries < 3) throw Object.assign(new Error('database is locked'), { code });
    });
    expect([tries, await values(database)]).toEqual([3, { a: 1 }]);
  });
});

describe('an embedded database that cannot be used', () => {
  test('a file that is no database', async () => {
    const file = join(temporaryFolder(), 'hub.db');
    writeFileSync(file, 'this is not a database, but long enough to look at'.repeat(100));
    const database = opened(`sqlite:${file}`);
    await expect(database.read((knex) => knex.raw('select 1'))).rejects.toMatchObject({ kind: 'configuration', code: 'database_file' });
  });

  test('a folder in place of the file', async () => {
    const database = opened(`sqlite:${temporaryFolder()}`);
    await expect(database.read((knex) => knex.raw('select 1'))).rejects.toMatchObject({ kind: 'configuration', code: 'database_file' });
  });

  test('a folder that cannot be made', () => {
    const file = join(temporaryFolder(), 'plain');
    writeFileSync(file, '');
    expect(() => openDatabase(`sqlite:${join(file, 'below', 'hub.db')}`)).toThrow(
      expect.objectContaining({ kind: 'configuration', code: 'database_folder' }),
    );
  });

  // Root may write everywhere, so there the file cannot be made read-only.
  (process.getuid?.() === 0 ? test.skip : test)('a file that may only be read', async () => {
    const { url, database } = await newDatabase('sqlite');
    await database.knex.raw('create table t (a integer)');
    await database.close();
    chmodSync(url.slice('sqlite:'.length), 0o444);
    const again = opened(url);
    await expect(again.write((tx) => tx('t').insert({ a: 1 }))).rejects.toMatchObject({ kind: 'configuration', code: 'database_file' });
  });
});

function opened(url: string): Database {
  const database = openDatabase(url);
  atEndOfFile(() => database.close());
  return database;
}

async function count(tx: Transaction, name: string): Promise<number> {
  await tx('counters').insert({ name, value: 1 });
  return 1;
}

async function values(database: Database): Promise<Record<string, number>> {
  const rows = await database.read((knex) => knex<{ name: string; value: number }>('counters').select('name', 'value').orderBy('name'));
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** Does work that the database takes and whose commit it refuses: a deferred constraint, or a connection that is gone. */
async function failAtCommit(tx: Transaction, dialect: string): Promise<void> {
  await count(tx, 'a');
  if (dialect === 'sqlite') {
    await tx.raw('create table parents (id integer primary key)');
    await tx.raw('create table children (parent integer references parents (id) deferrable initially deferred)');
    await tx('children').insert({ parent: 1 });
    return;
  }
  const connection = (await (tx.client as { acquireConnection(): Promise<unknown> }).acquireConnection()) as { destroy(): void };
  connection.destroy();
}
