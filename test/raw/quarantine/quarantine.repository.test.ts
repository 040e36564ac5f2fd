import { beforeEach, expect, test } from '@jest/globals';

import type { RunId } from '../../../src/core/ids.ts';
import {
  countRejects,
  findReject,
  listRejects,
  resolveRejects,
  saveExceptions,
  type Reject,
  type Repair,
} from '../../../src/raw/quarantine/quarantine.repository.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { batchOf } from '../../support/lakes/lake.ts';

const key = { feed: 'billing', brand: 'alpina', entity: 'invoice', batch: batchOf('20261101T000000Z') };
const next = { ...key, batch: batchOf('20261102T000000Z') };
const clock = testClock();
const reject: Reject = {
  ...{ part: 'part-0.csv', line: 2, row: 1, sourceId: null, code: 'invalid_value', column: 'Amount', reason: 'Amount is not a decimal.' },
  ...{ header: ['Id', 'Amount'], csv: true, raw: 'a,"many\n\\N\t"' },
};
const repair: Repair = { part: 'part-0.csv', line: 3, sourceId: 'a', edits: [{ operation: 'merge' }], before: 'x,y', after: ['x', null] };

describeEachDatabase('the quarantine', (suite) => {
  beforeEach(() => suite.empty());
  const save = (rejects: readonly Reject[], repairs: readonly Repair[] = [], place = key) =>
    suite.database.write((tx) => saveExceptions(suite.database, tx, place, rejects, repairs, 'run-1' as RunId, clock));
  const resolve = (ids: readonly string[], status: 'replayed' | 'discarded') =>
    suite.database.write((tx) => resolveRejects(tx, ids, status, 'run-2' as RunId, clock));
  const ids = async () => (await listRejects(suite.database, {})).map((row) => row.rejected_id);

  test('keeps a rejected row as it came, with place and reason', async () => {
    await save([reject], [repair]);
    expect(await listRejects(suite.database, {})).toMatchObject([
      { ...key, part: 'part-0.csv', line: 2, row_no: 1, source_id: null, code: 'invalid_value', column_name: 'Amount', raw: reject.raw, status: 'open', run_id: 'run-1', resolved_at: null },
    ]);
    expect(JSON.parse((await listRejects(suite.database, {}))[0]?.header ?? '')).toEqual({ columns: ['Id', 'Amount'], csv: true });
    expect(await suite.database.knex('row_repairs').select()).toMatchObject([{ ...key, line: 3, source_id: 'a', before_row: 'x,y', after_row: '["x",null]' }]);
  });

  test('has each row of a batch once, however often the batch is imported; equal rows stay two', async () => {
    await save([reject, { ...reject, line: 9, row: 8 }], [repair]);
    const first = await ids();
    expect(new Set(first).size).toBe(2);
    await save([{ ...reject, line: 5, row: 4 }, { ...reject, line: 12, row: 11 }], [repair]);
    expect((await ids()).sort()).toEqual(first.sort());
    expect(await suite.database.knex('row_repairs').select()).toHaveLength(1);
    await save([]);
    expect(await ids()).toEqual([]);
    expect(await suite.database.knex('row_repairs').select()).toEqual([]);
  });

  test('does not touch other batches', async () => {
    await save([reject]);
    await save([], [], next);
    expect(await ids()).toHaveLength(1);
  });

  test('a discarded row stays discarded when it comes again, a replayed one is open again', async () => {
    const other = { ...reject, raw: 'other' };
    await save([reject, other]);
    const [discarded, replayed] = (await listRejects(suite.database, {})).sort((one) => (one.raw === 'other' ? 1 : -1)).map((row) => row.rejected_id);
    await resolve([discarded ?? ''], 'discarded');
    await resolve([replayed ?? ''], 'replayed');
    await save([reject, other]);
    expect(await findReject(suite.database, discarded ?? '')).toMatchObject({ status: 'discarded', resolved_run: 'run-2' });
    expect(await findReject(suite.database, replayed ?? '')).toMatchObject({ status: 'open', resolved_run: null, resolved_at: null });
  });

  test('is listed by any of its places, the newest batch first, up to a limit', async () => {
    await save([reject]);
    await save([{ ...reject, code: 'nul_byte', column: null }], [], next);
    await save([reject], [], { ...key, brand: 'belmont' });
    const found = async (filter: Parameters<typeof listRejects>[1]) => (await listRejects(suite.database, filter)).map(({ brand, batch }) => `${brand} ${batch.slice(6, 8)}`);
    expect(await found({})).toEqual(['alpina 02', 'alpina 01', 'belmont 01']);
    expect(await found({ limit: 1 })).toEqual(['alpina 02']);
    expect(await found({ brands: ['belmont'] })).toEqual(['belmont 01']);
    expect(await found({ code: 'nul_byte', entities: ['invoice'], status: 'open' })).toEqual(['alpina 02']);
    expect(await found({ entities: ['payment'] })).toEqual([]);
    expect(await countRejects(suite.database, {})).toMatchObject([
      { brand: 'alpina', code: 'invalid_value', column_name: 'Amount', rows: 1 },
      { brand: 'alpina', code: 'nul_byte', column_name: null, rows: 1 },
      { brand: 'belmont', code: 'invalid_value', rows: 1 },
    ]);
  });

  test('gives a row by the beginning of its id, if that is clear', async () => {
    // More rows than there are digits: two of them begin alike.
    await save(Array.from({ length: 17 }, (_, index) => ({ ...reject, raw: `row ${index}` })));
    const [id = ''] = await ids();
    expect(await findReject(suite.database, id.slice(0, 10))).toMatchObject({ rejected_id: id });
    const digits = (await ids()).map((each) => each.slice(0, 1));
    const shared = digits.find((digit, index) => digits.indexOf(digit) !== index) ?? '';
    await expect(findReject(suite.database, shared)).rejects.toMatchObject({ code: 'reject_unknown', message: `Several rejected rows begin with "${shared}".` });
    for (const none of ['', 'zz', '_', '%', 'é']) {
      await expect(findReject(suite.database, none)).rejects.toMatchObject({ kind: 'usage', message: `There is no rejected row "${none}".`, nextStep: 'List them with: hub quarantine list' });
    }
  });
});
