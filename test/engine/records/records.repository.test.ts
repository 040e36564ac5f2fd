import { afterAll, beforeEach, expect, test } from '@jest/globals';

import { checksum } from '../../../src/core/hash.ts';
import type { RunId } from '../../../src/core/ids.ts';
import type { Instant } from '../../../src/core/time.ts';
import { createTable, dropTable } from '../../../src/db/schema.ts';
import { auditHistory, AuditWriter } from '../../../src/engine/records/audit.repository.ts';
import { differencesOf } from '../../../src/engine/records/compare-records.repository.ts';
import { encodeRecord } from '../../../src/engine/records/encode-record.ts';
import { recordConventions, specOf, type RecordIn, type RecordTable } from '../../../src/engine/records/record-table.ts';
import type { RecordTarget } from '../../../src/engine/records/record-target.ts';
import { applyEncoded, applyRecords } from '../../../src/engine/records/records.repository.ts';
import { findEmptyBrands, rowsByKeys } from '../../../src/engine/records/stored-records.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';

const columns = { brand: 'key!', account_id: 'key!', id: 'key!', kind: 'key!', person_id: 'key!', amount: 'integer', rate: 'decimal', notes: 'json' } as const;
const table: RecordTable<typeof columns> = {
  name: 'test_records',
  auditName: { stage: 'test', column: 'kind' },
  keys: ['account_id', 'id'],
  idColumn: 'id',
  ownerColumn: 'person_id',
  columns,
  conventions: ['checksum', 'rules_version', 'created_run', 'enriched_at', 'change_no'],
};
const persons = {
  name: 'test_people',
  auditName: 'test.person',
  keys: ['person_id'],
  idColumn: 'person_id',
  columns: { person_id: 'key!', public_id: 'key!' },
  conventions: recordConventions,
} as const satisfies RecordTable;
const record: RecordIn<typeof table> = { brand: 'alpina', account_id: 'a1', id: 'r1', kind: 'memo', person_id: 'p1', amount: 100, rate: '0.5', notes: null };
const other = { ...record, id: 'r2' };
const scope = { brand: 'alpina', keys: ['a1'] };

describeEachDatabase('the records of a table', (suite) => {
  const kit = () => ({ knex: suite.database.knex, dialect: suite.database.dialect });
  const dropAll = async (): Promise<void> => {
    for (const { name } of [table, persons]) await dropTable(kit(), name);
  };
  beforeEach(async () => {
    await suite.empty();
    await dropAll();
    for (const each of [table as RecordTable, persons]) await createTable(kit(), specOf(each));
  });
  afterAll(dropAll);

  test('are inserted, updated, left alone or deleted, each counted, and changes but insertions are audited', async () => {
    expect(await apply(suite, 1, [record, other])).toMatchObject({ inserted: 2, updated: 0, unchanged: 0, deleted: 0 });
    expect(await apply(suite, 2, [record, other])).toMatchObject({ inserted: 0, updated: 0, unchanged: 2, deleted: 0 });
    const { states, ...changes } = await apply(suite, 3, [{ ...record, amount: 90, person_id: 'p2' }]);
    const [before, gone] = [['alpina', 'a1', 'r1', 'memo', 'p1', '100', '0.5', null], ['alpina', 'a1', 'r2', 'memo', 'p1', '100', '0.5', null]];
    expect(states()).toEqual({ before: expect.arrayContaining([before, gone]) as unknown, after: [['alpina', 'a1', 'r1', 'memo', 'p2', '90', '0.5', null]] });
    expect(changes).toEqual({
      ...{ inserted: 0, updated: 1, unchanged: 0, deleted: 1 },
      fields: new Map([['amount', 1], ['person_id', 1]]),
      scopeKeys: new Set(['a1']),
      owners: new Set(['p1', 'p2']),
    });
    const [update, ...further] = await auditHistory(suite.database, 'test.memo', 'r1');
    expect(update).toMatchObject({ run_id: 'run-3', brand: 'alpina', action: 'update', delta: '{"person_id":["p1","p2"],"amount":["100","90"]}' });
    expect(further).toEqual([]);
    expect(await auditHistory(suite.database, 'memo', 'r2')).toMatchObject([{ run_id: 'run-3', action: 'delete' }]);
  });

  test('keep the run that made them, and say which run and rules changed them last', async () => {
    await apply(suite, 1, [record, other]);
    await apply(suite, 2, [{ ...record, amount: 90 }, other]);
    const rows = await suite.database.knex(table.name).orderBy('id').select('id', 'created_run', 'change_no', 'rules_version', 'enriched_at');
    expect(rows).toMatchObject([
      { id: 'r1', created_run: 'run-1', change_no: 2, rules_version: '0000000000000002' },
      { id: 'r2', created_run: 'run-1', change_no: 1, rules_version: '0000000000000001' },
    ]);
  });

  test('of another scope or brand stay as they are', async () => {
    await apply(suite, 1, [record, { ...other, account_id: 'a2' }], { brand: 'alpina', keys: ['a1', 'a2'] });
    await apply(suite, 1, [{ ...record, brand: 'belmont' }], { brand: 'belmont', keys: 'all' });
    expect(await apply(suite, 2, [])).toMatchObject({ deleted: 1 });
    expect(await apply(suite, 3, [], { brand: 'alpina', keys: 'all' })).toMatchObject({ deleted: 1 });
    expect(await suite.database.knex(table.name).pluck('brand')).toEqual(['belmont']);
    expect(await apply(suite, 4, [record], { brand: 'alpina', keys: [] })).toMatchObject({ inserted: 0 });
  });

  test('that are not stored are not added, and none is deleted, where they are only brought up to date', async () => {
    await apply(suite, 1, [record, other]);
    const changes = await write(suite, 2, (target) => applyRecords(target, table, scope, [{ ...record, rate: '0.75' }, { ...record, id: 'r3' }], 'update'));
    expect(changes).toMatchObject({ inserted: 0, updated: 1, deleted: 0 });
    expect(await suite.database.knex(table.name).orderBy('id').pluck('id')).toEqual(['r1', 'r2']);
  });

  test('that belong to no brand are audited under all of them', async () => {
    const apply = (run: number, publicId: string) =>
      write(suite, run, (target) => applyRecords(target, persons, { keys: ['p1'] }, [{ person_id: 'p1', public_id: publicId }]));
    expect([(await apply(1, 'one')).inserted, (await apply(2, 'two')).updated]).toEqual([1, 1]);
    expect(await auditHistory(suite.database, 'person', 'p1')).toMatchObject([{ brand: '*', action: 'update', delta: '{"public_id":["one","two"]}' }]);
    expect(await suite.database.knex(persons.name).first('created_run', 'change_no')).toMatchObject({ created_run: 'run-1', change_no: 2 });
  });

  test('are only counted where nothing is to be written', async () => {
    await apply(suite, 1, [record]);
    const changes = await write(suite, 2, (target) => applyRecords({ ...target, write: false }, table, scope, [{ ...record, amount: 1 }, other]));
    expect(changes).toMatchObject({ inserted: 1, updated: 1 });
    expect(await suite.database.knex(table.name).pluck('amount')).toEqual([100]);
    expect(await auditHistory(suite.database, 'memo', 'r1')).toEqual([]);
  });

  test('that were changed by hand are found by their columns, and told without being written', async () => {
    await apply(suite, 1, [record, other]);
    await suite.database.knex(table.name).where({ id: 'r1' }).update({ rate: '0.25' });
    expect(await apply(suite, 2, [record, other])).toMatchObject({ updated: 0, unchanged: 2 });
    const told = await write(suite, 3, (target) => differencesOf({ ...target, recompute: true }, table, scope, [record, { ...record, id: 'r3' }]));
    expect(told).toEqual({
      checked: 3,
      differences: [
        { scopeKey: 'a1', id: 'r3', what: 'missing' },
        { scopeKey: 'a1', id: 'r1', what: 'changed' },
        { scopeKey: 'a1', id: 'r2', what: 'added' },
      ],
    });
    const mended = await write(suite, 4, (target) => applyRecords({ ...target, recompute: true }, table, scope, [record, other]));
    expect(mended).toMatchObject({ updated: 1, unchanged: 1, fields: new Map([['rate', 1]]) });
  });

  test('of a brand that had none are written unread, and refused if there are some after all', async () => {
    const load = (amount: number) =>
      write(suite, 1, (target) => applyEncoded({ ...target, emptyBrands: new Set(['alpina']) }, table, scope, [encodeRecord(table, { ...record, amount })]));
    expect(await write(suite, 1, ({ database, tx }) => findEmptyBrands(database, tx, [table], ['alpina', 'belmont']))).toEqual(new Set(['alpina', 'belmont']));
    expect(await load(100)).toMatchObject({ inserted: 1 });
    expect(await write(suite, 1, ({ database, tx }) => findEmptyBrands(database, tx, [table], ['alpina', 'belmont']))).toEqual(new Set(['belmont']));
    await expect(load(90)).rejects.toMatchObject({ kind: 'unexpected' });
  });

  test('are not written by a stage that does not say which rules decided', async () => {
    const unruled = write(suite, 1, ({ database, tx, audit, runId, changeNo, now, write: isWrite, recompute }) =>
      applyRecords({ database, tx, audit, runId, changeNo, now, write: isWrite, recompute }, table, scope, [record]));
    await expect(unruled).rejects.toMatchObject({ code: 'no_rules_version' });
  });

  test('are read by keys of any column, all of a brand, or all there are', async () => {
    await apply(suite, 1, [record, other, { ...record, id: 'r3', person_id: 'p2' }]);
    await apply(suite, 1, [{ ...record, brand: 'belmont' }], { brand: 'belmont', keys: ['a1'] });
    const read = (column: string, within: { brand?: string; keys: readonly string[] | 'all' }) => write(suite, 1, async (target) => (await rowsByKeys(target, table.name, column, within, ['id'])).flat().sort());
    expect(await read('person_id', { brand: 'alpina', keys: ['p2'] })).toEqual(['r3']);
    expect(await read('account_id', { keys: ['a1', 'a1', 'a9'] })).toEqual(['r1', 'r1', 'r2', 'r3']);
    expect(await read('account_id', { brand: 'belmont', keys: 'all' })).toEqual(['r1']);
    expect(await read('account_id', { keys: 'all' })).toHaveLength(4);
  });
});

test('a record has one text and one checksum, whatever its values are written as', () => {
  const encoded = encodeRecord(table, { ...record, rate: '0.50', notes: 'a\tb' });
  expect(encoded).toEqual({ key: 'a1\tr1', text: 'alpina\ta1\tr1\tmemo\tp1\t100\t0.5\ta\\tb', checksum: checksum(encoded.text) });
  expect(encodeRecord(table, { ...record, amount: '100', rate: 0.5, notes: 'a\tb' })).toEqual(encoded);
});

function apply(suite: TestDatabase, run: number, records: readonly RecordIn<typeof table>[], within: { brand: string; keys: readonly string[] | 'all' } = scope) {
  return write(suite, run, (target) => applyRecords(target, table, within, records));
}

function write<Result>(suite: TestDatabase, run: number, work: (target: RecordTarget) => Promise<Result>): Promise<Result> {
  const { database } = suite;
  const runId = `run-${String(run)}` as RunId;
  const now = `2026-03-0${String(run)} 00:00:00` as Instant;
  return database.write((tx) =>
    work({ database, tx, audit: new AuditWriter(runId, testClock()), runId, changeNo: run, now, rulesVersion: String(run).padStart(16, '0'), write: true, recompute: false }),
  );
}
