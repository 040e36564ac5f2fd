import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';

import { parseShard } from '../../../src/core/shard.ts';
import type { BatchId } from '../../../src/core/time.ts';
import { leadKind } from '../../../src/leads/intake/import-batch.ts';
import { importIntake, type IntakeRequest } from '../../../src/leads/intake/run-import-intake.ts';
import { listLeads } from '../../../src/leads/look-up/show.repository.ts';
import { isWorkWaiting } from '../../../src/leads/intake/waiting-work.repository.ts';
import { folderSource } from '../../../src/leads/source/folder-source.client.ts';
import { encodeRecord } from '../../../src/serve/journal/framing.ts';
import { storeFallback } from '../../../src/serve/journal/fallback.repository.ts';
import type { Database } from '../../../src/db/database.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { instantOf } from '../../support/suite/clock.ts';
import { leadRecord } from '../steps/lead-records.ts';
import { IMPORT, jobServices, leadImport, testIntake, type TestIntake } from './intake.ts';

const lead = (id: string, email = 'anna@mail.ch', own = {}) => leadRecord({ lead_id: `lead_${id}`, pairs: [['email', email], ['country', 'FR']], ...own });
const imported = (database: Database, intake: TestIntake, asked: Partial<IntakeRequest> = {}) =>
  importIntake({ ...jobServices(database), source: folderSource(intake.folder) }, { ...IMPORT, ...asked }, [leadKind(leadImport(database))], leadImport(database));
const waiting = (database: Database, intake: TestIntake, asked: Partial<IntakeRequest> = {}) =>
  isWorkWaiting(database, folderSource(intake.folder), ['lead'], IMPORT.brands, { ...IMPORT, ...asked }, new AbortController().signal);
const ids = async (database: Database) => (await database.read((knex) => listLeads(knex, { brands: IMPORT.brands }, 100))).map((row) => row.lead_id).sort();

describeEachDatabase('import-intake', (suite) => {
  beforeEach(() => suite.empty());

  test('reads the batches of a range again, and takes all of several shards once', async () => {
    const { database } = suite;
    const intake = testIntake();
    for (const [batch, id] of [['20260310T120000Z-0', 'a'], ['20260311T120000Z-0', 'b'], ['20260312T120000Z-0', 'c'], ['20260312T120000Z-1', 'd']] as const) intake.publish(batch, [lead(id, `${id}@mail.ch`)]);
    const shards = [await imported(database, intake, { shard: parseShard('1/2') }), await imported(database, intake, { shard: parseShard('2/2') })];
    expect(shards.reduce((sum, { totals }) => sum + Number(totals['inserted']), 0)).toBe(4);
    expect(await ids(database)).toEqual(['lead_a', 'lead_b', 'lead_c', 'lead_d']);
    expect((await imported(database, intake)).totals).toMatchObject({ batches: 0, read: 0 });
    const again = await imported(database, intake, { range: { from: '20260311T000000Z' as BatchId, until: '20260312T000000Z' as BatchId } });
    expect(again.totals).toMatchObject({ batches: 1, read: 1, unchanged: 1 });
  });

  test('refuses a batch with more rejects than the limit, and tries it again', async () => {
    const { database } = suite;
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('a'), lead('b', 'b@mail.ch', { form: 'gone' })]);
    const report = await imported(database, intake, { rejectLimit: { rows: 0 } });
    expect(report).toMatchObject({ status: 'refused', totals: { refused: 1, inserted: 0 }, problems: [expect.objectContaining({ code: 'too_many_rejects', batch: '20260310T120000Z-0', line: 2 })] });
    expect(await waiting(database, intake)).toBe(true);
    // The clock of the test stands at November: the refusal is not older than an instant before it.
    expect(await waiting(database, intake, { refusedBefore: instantOf('2026-11-20') })).toBe(false);
    expect((await imported(database, intake)).totals).toMatchObject({ refused: 0, inserted: 1, rejected: 1 });
  });

  test('imports what could be read of a damaged journal, says where it was, and ends refused once', async () => {
    const { database } = suite;
    const intake = testIntake();
    const part = intake.publish('20260310T120000Z-0', [lead('a')]);
    writeFileSync(join(dirname(part), '_damage-0000000001.json'), '{"corrupt":2,"corruptBytes":17,"tornBytes":0}');
    const report = await imported(database, intake);
    expect(report).toMatchObject({ status: 'refused', totals: { batches: 1, damaged: 2, inserted: 1 } });
    expect(report.problems).toEqual([expect.objectContaining({ code: 'journal_damaged', brand: 'alpina', batch: '20260310T120000Z-0', file: expect.stringContaining('_damage-0000000001.json'), next: expect.stringContaining('.corrupt') })]);
    expect(await imported(database, intake)).toMatchObject({ status: 'succeeded' });
  });

  test('takes what the server left in the database like a batch, once, and leaves what is of another kind', async () => {
    const { database } = suite;
    const intake = testIntake();
    const records = [lead('a'), lead('b', 'b@mail.ch', { form: 'f2', brand: 'belmont', pairs: [['email', 'b@mail.ch']] }), lead('c', 'c@mail.ch', { form: 'gone' }), { ...lead('d'), kind: 'visit' as const }];
    await storeFallback(database, records.map((record) => encodeRecord(record)), { now: () => instantOf('2026-03-10T12:00:00Z') });
    expect(await waiting(database, intake)).toBe(true);
    expect((await imported(database, intake, { dryRun: true })).totals).toMatchObject({ inserted: 2, rejected: 1 });
    expect((await imported(database, intake)).totals).toMatchObject({ batches: 2, read: 3, inserted: 2, rejected: 1 });
    expect(await ids(database)).toEqual(['lead_a', 'lead_b']);
    const left = await database.read((knex) => knex('intake_fallback').select<{ body: string }[]>('body'));
    expect(left.map(({ body }) => (JSON.parse(body) as { lead_id: string }).lead_id)).toEqual(['lead_d']);
    expect(await database.read((knex) => knex('raw_leads').distinct('lake_batch').pluck('lake_batch'))).toEqual(['20260310T120000Z-fallback']);
    expect(await waiting(database, intake)).toBe(false);
    // The journal had it after all.
    intake.publish('20260310T120000Z-0', [lead('a')]);
    expect((await imported(database, intake)).totals).toMatchObject({ inserted: 0, unchanged: 1 });
  });
});
