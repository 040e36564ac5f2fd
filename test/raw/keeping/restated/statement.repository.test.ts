import { beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { adPerformance } from '../../../../src/sources/ads/ad-performance.ts';
import { listRejects } from '../../../../src/raw/quarantine/quarantine.repository.ts';
import { parseRejectLimit } from '../../../../src/raw/quarantine/reject-limit.ts';
import { discardRejects, replayRejects } from '../../../../src/raw/import/replay.ts';
import type { ImportRequest } from '../../../../src/raw/import/run-import.ts';
import { auditHistory } from '../../../../src/engine/records/audit.repository.ts';
import { madeKey } from '../../../../src/raw/rows/made-key.ts';
import { testClock, type TestClock } from '../../../support/suite/clock.ts';
import { describeEachDatabase } from '../../../support/databases/databases.ts';
import { dumpTables } from '../../../support/databases/tables.ts';
import { importLake } from '../../../support/stages/import.ts';
import { batchOf, csv, testLake, type ExportRow, type TestLake } from '../../../support/lakes/lake.ts';
import { adRow } from './ad-rows.ts';

const [B1, B2, B3] = ['20261001T060000Z', '20261002T060000Z', '20261003T060000Z'] as const;
const [D1, D2] = ['2026-10-01', '2026-10-02'] as const;
const PLACE = ['lake_batch', 'lake_row', 'change_no'];
/** More rows than are compared at once. */
const MANY = 5_400;

describeEachDatabase('days of ad accounts', (suite) => {
  let lake: TestLake;
  let clock: TestClock;
  beforeEach(async () => {
    await suite.empty();
    lake = testLake();
    clock = testClock();
  });
  const write = (batch: string, rows: readonly ExportRow[]) => lake.write('ad_performance', batch, csv(rows, Object.keys(adRow())), { feed: 'ads' });
  const run = async (changes: Partial<ImportRequest> = {}) => {
    clock.advance(60_000);
    const { report } = await importLake(suite.database, lake, clock, { command: 'import-ads', entities: [adPerformance], rejectLimit: parseRejectLimit('5'), ...changes });
    const { batches, bytes_scanned: bytes, ...counts } = report.totals;
    return { status: report.status, codes: report.problems.map(({ code }) => code), counts: Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0)), batches, bytes };
  };
  const spends = async () => (await suite.database.knex<Record<string, string>>('raw_ad_performance').orderBy(['date', 'campaign_id']).select('date', 'campaign_id', 'spend')).map(({ date, campaign_id: id, spend }) => [date, id, Number(spend)]);
  const services = () => ({ database: suite.database, clock, version: '1', config: { brands: [{ id: 'alpina' }] } });
  const day = (on: string, ...campaigns: readonly (readonly [string, string])[]) => campaigns.map(([CampaignId, Spend]) => adRow({ Date: on, CampaignId, Spend }));

  test('are replaced by the batch that states them, rows that it does not repeat go, and nothing else changes', async () => {
    write(B1, [...day(D1, ['c1', '1'], ['c2', '2'], ['c3', '3']), ...day(D2, ['c1', '4'])]);
    expect((await run()).counts).toEqual({ read: 4, inserted: 4 });
    write(B2, day(D1, ['c1', '1'], ['c2', '2.5']));
    expect(await run()).toMatchObject({ status: 'succeeded', counts: { read: 2, unchanged: 1, updated: 1, removed: 1 } });
    expect(await spends()).toEqual([[D1, 'c1', 1], [D1, 'c2', 2.5], [D2, 'c1', 4]]);
    const key = (campaign: string) => madeKey(['meta', 'act_1', D1, campaign, 'g1']);
    expect((await auditHistory(suite.database, 'ad_performance', key('c3'))).map(({ action, delta }) => [action, JSON.parse(delta ?? '') as object])).toEqual([
      ['delete', expect.objectContaining({ spend: ['3', 0, 0], lake_batch: [B1, 0, 0] })],
    ]);
    expect((await auditHistory(suite.database, 'ad_performance', key('c2'))).map(({ action }) => action)).toEqual(['update']);
    const days = await suite.database.knex<Record<string, unknown>>('source_days').orderBy('day').select('account', 'day', 'batch', 'rows_stated');
    expect(days.map((one) => ({ ...one, rows_stated: Number(one['rows_stated']) }))).toEqual([
      { account: 'meta/act_1', day: D1, batch: B2, rows_stated: 2 },
      { account: 'meta/act_1', day: D2, batch: B1, rows_stated: 1 },
    ]);
    expect(await suite.database.knex('import_batches').orderBy('batch').pluck('removed')).toEqual([null, 1]);
  });

  test('leave a row out whose newest version in the batch is deleted, and keep one that came again after it', async () => {
    write(B1, day(D1, ['c1', '1'], ['c2', '2'], ['c3', '3']));
    await run();
    const version = (campaign: string, spend: string, at: string, deleted = ''): ExportRow => ({ ...adRow({ Date: D1, CampaignId: campaign, Spend: spend }), Deleted: deleted, UpdatedDate: at });
    const rows = [version('c1', '1', ''), version('c1', '1', '', 'true'), version('c2', '9', '2026-10-01T02:00:00Z'), version('c2', '2', '2026-10-01T01:00:00Z', 'true'), version('c3', '3', '2026-10-01T01:00:00Z'), version('c3', '3', '2026-10-01T02:00:00Z', 'true'), version('c4', '4', '', 'true')];
    lake.write('ad_performance', B2, csv(rows, [...Object.keys(adRow()), 'Deleted', 'UpdatedDate']), { feed: 'ads' });
    expect((await run()).counts).toEqual({ read: 7, updated: 1, stale: 3, deleted: 3 });
    expect(await spends()).toEqual([[D1, 'c2', 9]]);
  });

  test('hold back a day with an amount of which no micros can be made, and store the others', async () => {
    write(B1, [...day(D1, ['c1', '120210123456789012']), ...day(D2, ['c1', '4'])]);
    expect(await run()).toMatchObject({ codes: expect.arrayContaining(['invalid_value']), counts: { read: 2, inserted: 1, rejected: 1 } });
    expect(await spends()).toEqual([[D2, 'c1', 4]]);
  });

  test('are not touched by an older batch that comes late, nor by the same one again', async () => {
    write(B2, day(D1, ['c1', '2']));
    await run();
    write(B1, [...day(D1, ['c1', '1'], ['c9', '9']), ...day(D2, ['c1', '4'])]);
    expect((await run()).counts).toEqual({ read: 3, stale: 2, inserted: 1 });
    expect(await spends()).toEqual([[D1, 'c1', 2], [D2, 'c1', 4]]);
    const before = await dumpTables(suite.database, ['raw_ad_performance', 'audit_log'], ['run_id']);
    expect((await run({ range: { from: batchOf(B1), until: batchOf(B3) } })).counts).toEqual({ read: 4, stale: 2, unchanged: 2 });
    expect(await dumpTables(suite.database, ['raw_ad_performance', 'audit_log'], ['run_id'])).toEqual(before);
  });

  test('stay as they were if a row is rejected, end the run refused in part, and are stored with all rows once it is corrected', async () => {
    write(B1, [...day(D1, ['c1', '1'], ['c2', '2']), ...day(D2, ['c1', '4'])]);
    await run();
    write(B2, [...day(D1, ['c1', '10'], ['c2', 'many']), ...day(D2, ['c1', '40']), { ...adRow(), Platform: 'Total', AccountId: '', Date: '', CampaignId: '' }]);
    expect(await run()).toMatchObject({ status: 'refused', counts: { read: 4, updated: 1, rejected: 3 } });
    expect(await spends()).toEqual([[D1, 'c1', 1], [D1, 'c2', 2], [D2, 'c1', 40]]);
    const open = await listRejects(suite.database, { status: 'open' });
    expect(open.map(({ code, line, column_name: column }) => [code, line, column])).toEqual([['day_held', 2, null], ['invalid_value', 3, 'Spend'], ['missing_value', 5, 'AccountId']]);
    const idOf = (code: string) => open.find((row) => row.code === code)?.rejected_id ?? '';
    expect(await replayRejects(services(), { status: 'open', ids: [idOf('day_held')] }, new Map(), false)).toMatchObject({ status: 'refused', totals: { replayed: 0, still: 1 } });
    expect(await replayRejects(services(), { status: 'open', ids: [idOf('invalid_value')] }, new Map([['Spend', '20']]), false)).toMatchObject({ totals: { replayed: 2, still: 0 } });
    expect(await spends()).toEqual([[D1, 'c1', 10], [D1, 'c2', 20], [D2, 'c1', 40]]);
    expect((await listRejects(suite.database, { status: 'open' })).map(({ code }) => code)).toEqual(['missing_value']);
  });

  test('wait for a row that may be of any of them, until somebody discards it', async () => {
    write(B1, [...day(D1, ['c1', '1']), ...day(D2, ['c1', '4']), adRow({ Date: '31.10.26' }), adRow({ AccountId: 'act_2', CampaignId: 'c7', Spend: '7' })]);
    expect(await run()).toMatchObject({ status: 'refused', counts: { read: 4, inserted: 1, rejected: 3 } });
    expect(await spends()).toEqual([[D1, 'c7', 7]]);
    const bad = (await listRejects(suite.database, { code: 'invalid_value' })).map(({ rejected_id: id }) => id);
    await discardRejects(services(), { status: 'open', ids: bad });
    expect((await replayRejects(services(), { status: 'open' }, new Map(), false)).totals).toEqual({ read: 2, replayed: 2, still: 0 });
    expect(await spends()).toEqual([[D1, 'c1', 1], [D1, 'c7', 7], [D2, 'c1', 4]]);
  });

  test('of a batch too large to wait in memory are the same, with a row that comes twice and one that is rejected far behind', async () => {
    const many = (on: string, spend: string) => Array.from({ length: MANY }, (_, index) => adRow({ Date: on, CampaignId: `c${index}`, Spend: spend }));
    write(B1, many(D1, '1'));
    expect((await run()).counts).toEqual({ read: MANY, inserted: MANY });
    // c1 of the second day is in the first chunk, its bad row in the last; the first day lacks c0 and repeats c1.
    write(B2, [adRow({ Date: D2, CampaignId: 'c1' }), ...many(D1, '1').slice(1), adRow({ Date: D1, CampaignId: 'c1', Spend: '5' }), adRow({ Date: D2, CampaignId: 'c2', Clicks: 'x' })]);
    expect(await run()).toMatchObject({ status: 'refused', counts: { read: MANY + 2, unchanged: MANY - 2, updated: 1, stale: 1, rejected: 2, removed: 1 } });
    expect(await suite.database.knex('raw_ad_performance').where({ date: D2 })).toEqual([]);
    expect(await suite.database.knex('raw_ad_performance').count({ rows: '*' }).first()).toEqual({ rows: MANY - 1 });
    expect(Number((await suite.database.knex('raw_ad_performance').where({ campaign_id: 'c1' }).first<{ spend: string }>()).spend)).toBe(5);
  });

  test('are in the end what the newest batch says of each, in whatever order batches come and however they are stored', async () => {
    const stated = fc.record({ batch: fc.constantFrom(B1, B2, B3), on: fc.constantFrom(D1, D2), campaign: fc.constantFrom('c1', 'c2', 'c3'), spend: fc.constantFrom('1', '2') });
    const history = fc.uniqueArray(stated, { selector: ({ batch, on, campaign }) => `${batch}/${on}/${campaign}`, minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, fc.shuffledSubarray([B1, B2, B3], { minLength: 3 }), fc.boolean(), async (rows, order, together) => {
        await suite.empty();
        lake = testLake();
        for (const batch of order) {
          const own = rows.filter((one) => one.batch === batch);
          if (own.length > 0) write(batch, own.map(({ on, campaign, spend }) => adRow({ Date: on, CampaignId: campaign, Spend: spend })));
          if (!together) await run();
        }
        if (together) await run();
        const expected = [D1, D2].flatMap((on) => {
          const newest = rows.filter((one) => one.on === on).map(({ batch }) => batch as string).sort().at(-1);
          return rows.filter((one) => one.on === on && one.batch === newest).map(({ campaign, spend }) => [on, campaign, Number(spend)]);
        });
        expect(await spends()).toEqual(expected.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
      }),
      { numRuns: 12 },
    );
  });

  test('are left alone by a dry run, which reports the same', async () => {
    write(B1, day(D1, ['c1', '1'], ['c2', '2']));
    await run();
    write(B2, day(D1, ['c1', '3']));
    const before = await dumpTables(suite.database, undefined, PLACE);
    const rehearsal = await run({ dryRun: true });
    expect(await dumpTables(suite.database, undefined, PLACE)).toEqual(before);
    expect((await run()).counts).toEqual(rehearsal.counts);
  });
});
