import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';

import { encodeRow } from '../../src/core/text/row-text.ts';
import type { Database } from '../../src/db/database.ts';
import type { RowBlock } from '../../src/db/dialect.ts';
import { describeEachDatabase, describeMysql, type TestDatabase } from '../support/databases/databases.ts';
import { probe, probeColumns, probeRow, resetProbe, storedProbe } from './probe-table.ts';

const AWKWARD = ['', 'a\tb', 'a\nb', 'a\r\nb', '\\', '\\N', 'N', 'NULL', `it's "quoted"`, '`; drop table probe; --', '😀 ß é', 'x\0y', ' padded ', '\x1a', '%_'];
const mismatch = expect.objectContaining({ kind: 'unexpected', code: 'bulk_load_mismatch' });

describeEachDatabase('the dialect', (suite) => {
  bulkContract(suite, () => suite.database);

  test('finds exactly the rows of 5,000 keys, of one brand', async () => {
    const { database } = suite;
    await resetProbe(database);
    const keys = Array.from({ length: 5_000 }, (_, index) => `k${String(index).padStart(5, '0')}`);
    const rows = keys.filter((_, index) => index % 3 === 0).map((key) => probeRow({ source_id: key, note: `of ${key}` }));
    rows.push(probeRow({ source_id: 'k00001', brand: 'belmont' }));
    await write(database, rows);
    const found = await storedProbe(database, keys, ['source_id', 'note']);
    expect(found).toHaveLength(1_667);
    expect(found.every(([key, note]) => note === `of ${key ?? ''}`)).toBe(true);
    expect(await storedProbe(database, [])).toEqual([]);
  });

  test('streams rows in blocks, of one moment, and stops where its reader stops', async () => {
    const { database } = suite;
    await resetProbe(database);
    await write(database, Array.from({ length: 3_500 }, (_, index) => probeRow({ source_id: `k${String(index).padStart(5, '0')}` })));
    const statement = 'select source_id from probe where brand = ? order by source_id';
    const sizes: number[] = [];
    const other = suite.openAgain();
    const keys: unknown[] = await database.snapshot(async (tx) => {
      const found: unknown[] = [];
      for await (const block of database.dialect.streamRows(tx, statement, ['alpina'])) {
        if (sizes.length === 0) await write(other, [probeRow({ source_id: 'z' })]);
        sizes.push(block.length);
        found.push(...block.flat());
      }
      return found;
    });
    expect([sizes, keys.length, keys.at(-1)]).toEqual([[1_000, 1_000, 1_000, 500], 3_500, 'k03499']);
    const stopped = database.snapshot(async (tx) => {
      for await (const block of database.dialect.streamRows(tx, statement, ['alpina'])) throw new Error(`after ${block.length}`);
    });
    await expect(stopped).rejects.toThrow();
    // Whoever comes next gets the answer to their own statement.
    for (let n = 0; n < 8; n++) expect(await database.read((knex) => database.dialect.selectRows(knex, 'select count(*) from probe', []))).toEqual([[3_501]]);
    const failing = database.snapshot(async (tx) => {
      for await (const block of database.dialect.streamRows(tx, 'select nothing from probe', [])) expect(block).toBeUndefined();
    });
    await expect(failing).rejects.toMatchObject({ code: expect.any(String) });
  });

  test('finds rows by another key than the primary one without reading the whole brand for each', async () => {
    const { database } = suite;
    await resetProbe(database);
    await write(database, Array.from({ length: 20_000 }, (_, index) => probeRow({ source_id: `k${index}`, day: '2026-01-01' })));
    const days = Array.from({ length: 300 }, (_, index) => `2025-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + Math.floor(index / 12)).padStart(2, '0')}`).sort();
    const millisOf = async (keyColumn: string): Promise<number> => {
      const started = performance.now();
      const lookup = { table: 'probe', brand: 'alpina', keyColumn, keys: days, columns: ['source_id', 'note'] };
      expect(await database.read((knex) => database.dialect.findByKeys(knex, lookup))).toEqual([]);
      return performance.now() - started;
    };
    const byPrimaryKey = await millisOf('source_id');
    // Reading 300 times 20,000 rows takes hundreds of times as long.
    expect(await millisOf('day')).toBeLessThan(100 + 20 * byPrimaryKey);
  });

  test('keys differ in every byte: also in case', async () => {
    const { database } = suite;
    await resetProbe(database);
    await write(database, [probeRow({ source_id: 'a', note: '1' }), probeRow({ source_id: 'A', note: '2' })]);
    expect(await storedProbe(database, ['A'], ['note'])).toEqual([['2']]);
  });

  test('tells its version and the columns of a table', async () => {
    const { database } = suite;
    await resetProbe(database);
    expect(await database.dialect.version(database.knex)).toMatch(suite.dialect === 'sqlite' ? /^SQLite 3\./ : /^(MariaDB|MySQL) \d+\./);
    expect(await database.dialect.columnsOf(database.knex, 'probe')).toEqual(probeColumns);
    expect(await database.dialect.columnsOf(database.knex, 'no_such_table')).toEqual([]);
  });

  test('inserts the rows of a query whose key is not stored, and leaves the others as they are', async () => {
    const { database } = suite;
    await resetProbe(database);
    await write(database, [probeRow({ source_id: 'a', note: 'old' }), probeRow({ source_id: 'b', note: 'old' })]);
    const insert = (rows: string): string => database.dialect.insertMissing('probe', ['brand', 'source_id', 'note'], rows);
    await database.write(async (tx) => {
      await tx.raw(insert("select distinct p.brand, concat_ws('', p.source_id, ?), 'new' from probe p join probe q on q.brand = p.brand where p.source_id = 'a'"), ['x']);
      await tx.raw(insert("select p.brand, p.source_id, 'new' from probe p"));
      await tx.raw(insert("select p.brand, p.source_id, max(p.note) from probe p group by p.brand, p.source_id"));
      await tx.raw(insert("select 'alpina', 'c', 'new' from probe p union select 'alpina', 'a', 'new' from probe q"));
    });
    expect(await storedProbe(database, ['a', 'ax', 'b', 'c'], ['source_id', 'note'])).toEqual([['a', 'old'], ['ax', 'new'], ['b', 'old'], ['c', 'new']]);
  });

  (suite.dialect === 'sqlite' ? test.skip : test)('does not take another error for a key that is stored', async () => {
    const { database } = suite;
    await resetProbe(database);
    const insert = database.dialect.insertMissing('probe', ['brand', 'source_id'], `select 'alpina', repeat('x', 65)`);
    await expect(database.write((tx) => tx.raw(insert))).rejects.toMatchObject({ kind: 'unexpected' });
    expect(await database.knex('probe').select()).toEqual([]);
  });

  test('quotes identifiers so that they cannot break out', async () => {
    const name = suite.database.dialect.quote('a`b"c');
    const rows = await suite.database.read((knex) => knex.raw<unknown>(`select 1 as ${name}`));
    expect(JSON.stringify(rows)).toContain(JSON.stringify('a`b"c').slice(1, -1));
  });
});

describeEachDatabase('rows that are said to be ASCII', (suite) => {
  test('are taken as they are; if they are not, none is stored changed', async () => {
    const { database } = suite;
    await resetProbe(database);
    const load = (note: string): Promise<void> => {
      const blocks = [[encodeRow(probeRow({ source_id: note.slice(0, 1), note }))]];
      return database.write((tx) => database.dialect.bulkLoad(tx, { table: probe.name, columns: probeColumns, blocks, replaced: 0, isAscii: true }));
    };
    const ascii = `a${String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1))}`;
    await load(ascii);
    const other = await load('bä').catch((error: unknown) => error);
    const stored = await storedProbe(database, ['a', 'b'], ['source_id', 'note']);
    if (other === undefined) {
      expect(stored).toEqual([['a', ascii], ['b', 'bä']]);
    } else {
      expect(other).toMatchObject({ kind: 'unexpected' });
      expect(stored).toEqual([['a', ascii]]);
    }
  });
});

describeMysql('a key that another connection stores while a statement runs', (suite) => {
  // MariaDB 11.8 refuses the statement and forgets the transaction (innodb_snapshot_isolation); others wait, or replace it.
  test('leaves the transaction whole: done once with all that it wrote', async () => {
    const { database } = suite;
    await resetProbe(database);
    await write(database, ['a', 'b', 'c'].map((id) => probeRow({ source_id: id })));
    const other = suite.openAgain();
    let tries = 0;
    const work = database.write(async (tx) => {
      tries++;
      await tx('probe').insert({ brand: 'belmont', source_id: `before-${tries}` });
      await tx.raw(database.dialect.insertMissing('probe', ['brand', 'source_id'], "select 'corvina', p.source_id from probe p where p.brand = 'alpina' and sleep(0.2) = 0"));
      await tx('probe').insert({ brand: 'belmont', source_id: `after-${tries}` });
    });
    await sleep(300);
    await other.knex('probe').insert({ brand: 'corvina', source_id: 'c', note: 'theirs' });
    await work;
    expect(await database.knex('probe').where({ brand: 'belmont' }).orderBy('source_id').pluck('source_id')).toEqual([`after-${tries}`, `before-${tries}`]);
    expect(await database.knex('probe').where({ brand: 'corvina' }).orderBy('source_id').select('source_id', 'note')).toEqual([
      ...[{ source_id: 'a', note: null }, { source_id: 'b', note: null }, { source_id: 'c', note: 'theirs' }],
    ]);
  });
});

describeMysql('the dialect without LOAD DATA LOCAL', (suite) => {
  let database: Database;
  beforeAll(() => {
    database = suite.openAgain('?local-infile=off');
  });
  bulkContract(suite, () => database);
});

/** What bulk writes promise, whatever way they take. */
function bulkContract(suite: TestDatabase, current: () => Database): void {
  beforeEach(() => resetProbe(current()));

  test('inserts, and replaces rows whose key is stored', async () => {
    await write(current(), [probeRow({ source_id: 'a', note: 'old' }), probeRow({ source_id: 'b', note: 'stays' })]);
    await write(current(), [probeRow({ source_id: 'a', count: '7' }), probeRow({ source_id: 'c', note: 'new' })], 1);
    expect(await storedProbe(current(), ['a', 'b', 'c'], ['source_id', 'note', 'count'])).toEqual([
      ['a', null, '7'],
      ['b', 'stays', null],
      ['c', 'new', null],
    ]);
  });

  test('stores every type as it is', async () => {
    const row = probeRow({
      source_id: '8ad0a1b2c3d4e5f60718293a4b5c6d7e',
      note: 'n',
      story: 's'.repeat(70_000),
      data: '{"a":"\\n"}',
      day: '2024-02-29',
      at: '2018-12-06 12:07:17.123456',
      amount: '-9999999999999999999.123456789',
      count: '-999999999999999',
      flag: '1',
      currency: 'EUR',
      sum: '0123456789abcdef',
    });
    await write(current(), [row]);
    expect(await storedProbe(current(), [row[1] ?? ''])).toEqual([row]);
  });

  test('keeps awkward texts, and tells the empty string from null', async () => {
    const rows = [null, ...AWKWARD].map((note, index) => probeRow({ source_id: String.fromCharCode(97 + index), ...(note === null ? {} : { note }) }));
    await write(current(), rows);
    expect(await storedProbe(current(), rows.map((row) => row[1] ?? ''), ['note'])).toEqual([null, ...AWKWARD].map((note) => [note]));
  });

  test('keeps any text', async () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom('\\', '\t', '\n', '\r', '\0', "'", '"', 'N'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (notes) => {
        await resetProbe(current());
        const rows = notes.map((note, index) => probeRow({ source_id: String(index + 100), note }));
        await write(current(), rows);
        expect(await storedProbe(current(), rows.map((row) => row[1] ?? ''), ['note'])).toEqual(notes.map((note) => [note]));
      }),
      { numRuns: 20 },
    );
  });

  test('takes rows that are still being made, and replaces those whose key is stored', async () => {
    await write(current(), [probeRow({ source_id: 'a', note: 'old' })]);
    const asBytes = (rows: readonly string[]): RowBlock => ({ bytes: Buffer.from(rows.map((row) => `${row}\n`).join('')), rows: rows.length });
    async function* blocks(): AsyncGenerator<RowBlock> {
      yield [];
      yield asBytes([]);
      yield [encodeRow(probeRow({ source_id: 'a', note: 'new' }))];
      await sleep(5);
      yield Array.from({ length: 2_500 }, (_, index) => encodeRow(probeRow({ source_id: `k${index}` })));
      yield asBytes(AWKWARD.map((note, index) => encodeRow(probeRow({ source_id: `awkward${index}`, note }))));
    }
    const load = (replaced: number): Promise<void> =>
      current().write((tx) => current().dialect.bulkLoad(tx, { table: 'probe', columns: probeColumns, blocks: blocks(), replaced }));
    await expect(load(0)).rejects.toEqual(mismatch);
    expect(await storedProbe(current(), ['a', 'k7'], ['note'])).toEqual([['old']]);
    await load(1);
    expect(await storedProbe(current(), ['a', 'k2499'], ['note'])).toEqual([['new'], [null]]);
    expect(await storedProbe(current(), AWKWARD.map((_, index) => `awkward${index}`).sort(), ['source_id', 'note'])).toEqual(
      AWKWARD.map((note, index) => [`awkward${index}`, note]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    );
  });

  test('throws what the making of rows throws, as it is, and keeps none of them', async () => {
    const reason = new Error('no more');
    function* blocks(): Generator<string[]> {
      yield [encodeRow(probeRow({ source_id: 'a' }))];
      throw reason;
    }
    const work = current().write((tx) => current().dialect.bulkLoad(tx, { table: 'probe', columns: probeColumns, blocks: blocks(), replaced: 0 }));
    const thrown: unknown = await work.catch((error: unknown) => error);
    expect([thrown, (thrown as { cause?: unknown }).cause]).toContain(reason);
    expect(reason.message).toBe('no more');
    expect(await current().knex('probe').select()).toEqual([]);
    await write(current(), [probeRow({ source_id: 'b' })]);
  });

  test('takes no rows at all', async () => {
    await write(current(), []);
    await current().write((tx) => current().dialect.bulkLoad(tx, { table: 'probe', columns: probeColumns, blocks: [[], []], replaced: 0 }));
    expect(await current().knex('probe').select()).toEqual([]);
  });

  test('leaves rows whose key is stored as they are, if told to insert what is missing', async () => {
    await write(current(), [probeRow({ source_id: 'a', note: 'old' })]);
    const rows = [probeRow({ source_id: 'a', note: 'other' }), probeRow({ source_id: 'b', note: 'new' })].map(encodeRow);
    await current().write((tx) => current().dialect.bulkInsertMissing(tx, { table: 'probe', columns: probeColumns, rows }));
    expect(await storedProbe(current(), ['a', 'b'], ['note'])).toEqual([['old'], ['new']]);
  });

  test('counts what it inserts, also of a single row', async () => {
    const insert = (...ids: string[]): Promise<number> =>
      current().write((tx) => current().dialect.bulkInsertMissing(tx, { table: 'probe', columns: probeColumns, rows: ids.map((id) => encodeRow(probeRow({ source_id: id }))) }));
    expect(await insert('a')).toBe(1);
    expect(await insert('a')).toBe(0);
    expect(await insert('a', 'b', 'c')).toBe(2);
    expect(await insert('a', 'b')).toBe(0);
    expect(await insert()).toBe(0);
  });

  if (suite.dialect === 'mysql') {
    test.each([
      ['a key that is too long', { source_id: 'x'.repeat(65) }],
      ['a key beyond ASCII', { source_id: 'é' }],
      ['a date that does not exist', { source_id: 'a', day: '2023-02-29' }],
      ['a text that is too long', { source_id: 'a', note: 'x'.repeat(65_536) }],
      ['a number too big for its column', { source_id: 'a', amount: '99999999999999999999' }],
      ['more places than the column has', { source_id: 'a', amount: '0.0000000001' }],
      ['a text as a number', { source_id: 'a', count: 'seven' }],
      ['a currency of four letters', { source_id: 'a', currency: 'EURO' }],
    ])('refuses %s, and rolls everything back', async (_, values) => {
      await expect(write(current(), [probeRow({ source_id: 'fine' }), probeRow(values)])).rejects.toMatchObject({ kind: 'unexpected' });
      await expect(insertMissing(current(), [probeRow({ source_id: 'fine' }), probeRow(values)])).rejects.toMatchObject({ kind: 'unexpected' });
      expect(await current().knex('probe').select()).toEqual([]);
    });

    test('refuses counts that differ from what the server reports, and rolls back', async () => {
      await write(current(), [probeRow({ source_id: 'a', note: 'old' })]);
      await expect(write(current(), [probeRow({ source_id: 'a', note: 'new' })], 0)).rejects.toEqual(mismatch);
      await expect(write(current(), [probeRow({ source_id: 'b' })], 1)).rejects.toEqual(mismatch);
      expect(await storedProbe(current(), ['a', 'b'], ['note'])).toEqual([['old']]);
    });

    test('shows no value of a refused row', async () => {
      const error: unknown = await write(current(), [probeRow({ source_id: 'a', count: 'secret@example.org' })]).catch((thrown: unknown) => thrown);
      const { message, context, nextStep } = error as { message: string; context: unknown; nextStep: string };
      expect(JSON.stringify({ message, context, nextStep })).not.toContain('secret');
    });
  }
}

async function write(database: Database, rows: readonly (readonly (string | null)[])[], replaced = 0): Promise<void> {
  await database.write((tx) =>
    database.dialect.bulkReplace(tx, { table: probe.name, columns: probeColumns, rows: rows.map(encodeRow), replaced }),
  );
}

async function insertMissing(database: Database, rows: readonly (readonly (string | null)[])[]): Promise<void> {
  await database.write((tx) => database.dialect.bulkInsertMissing(tx, { table: probe.name, columns: probeColumns, rows: rows.map(encodeRow) }));
}
