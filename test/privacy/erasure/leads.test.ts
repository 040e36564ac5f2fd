import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { runForget } from '../../../src/privacy/erasure/run-forget.ts';
import { encodeRecord } from '../../../src/serve/journal/framing.ts';
import { storeFallback } from '../../../src/serve/journal/fallback.repository.ts';
import { importAll, testIntake, type TestIntake } from '../../leads/intake/intake.ts';
import { leadRecord } from '../../leads/steps/lead-records.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { dumpTables } from '../../support/databases/tables.ts';
import { testClock } from '../../support/suite/clock.ts';

const EMAIL = 'xaverine@mail.ch';
const HASH = sha256Hex(EMAIL);
const TRACES = ['xaverine', 'quellmann', '0664', '198.51.100.7', 'lead_own', HASH.slice(0, 32)];
/** What is to keep the hash, so that nobody brings the person back. */
const MEMORY = ['suppressions', 'erasures', 'erased_records'];

function lead(id: string, email: string, own: Partial<LeadRecord> = {}): LeadRecord {
  const isOwn = email === EMAIL;
  const pairs = [['email', email], ['country', 'FR'], ['phone', isOwn ? '+43 0664 7788991' : '+43 1'], ['optin', '1']] as const;
  return leadRecord({ lead_id: `lead_${id}`, pairs, extra: [['surname', isOwn ? 'Quellmann' : 'Meier']], address: isOwn ? '198.51.100.7' : '8.8.8.8', ...own });
}

function published(intake: TestIntake): string[] {
  const parts = readdirSync(intake.folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ndjson.gz')).sort();
  return parts.flatMap((name) => gunzipSync(readFileSync(join(intake.folder, name))).toString().trimEnd().split('\n'));
}

describeEachDatabase('hub forget, of leads', (suite) => {
  const clock = testClock('2026-03-11 06:00:00');
  let intake: TestIntake;
  const forget = (dryRun = false): Promise<JobReport> =>
    runForget(
      { database: suite.database, clock, version: '0.0.0', signal: new AbortController().signal },
      { emailSha256: HASH, brands: ['alpina', 'belmont'], intake: { url: `file:${intake.folder}`, rotateMs: 60_000 }, dryRun },
    );
  const traces = async (): Promise<string[]> =>
    Object.entries(await dumpTables(suite.database)).flatMap(([table, rows]) =>
      rows.flatMap((row) => Object.entries(row).flatMap(([column, value]) => (!MEMORY.includes(table) && TRACES.some((trace) => (value ?? '').toLowerCase().includes(trace)) ? [`${table}.${column}`] : []))),
    );

  beforeEach(async () => {
    await suite.empty();
    intake = testIntake();
    intake.publish('20260310T120000Z-0', [
      lead('own', EMAIL, { query: [['color', 'red']] }),
      lead('owntwice', EMAIL, { pairs: [['email', EMAIL], ['email', 'other@mail.ch'], ['country', 'FR'], ['phone', '0664']] }),
      lead('bob', 'bob@mail.ch', { extra: [['note', `a friend of ${EMAIL}`]] }),
    ]);
    await importAll(suite.database, intake);
    intake.publish('20260310T120100Z-0', [lead('ownlater', EMAIL), lead('carl', 'carl@mail.ch')]);
    await storeFallback(suite.database, [encodeRecord(lead('ownfallback', EMAIL)), encodeRecord(lead('dora', 'dora@mail.ch'))], clock);
  });

  test('reaches every table of leads, records that no segment took, and the parts of the intake, and counts them', async () => {
    expect(await traces()).toEqual(expect.arrayContaining(['raw_leads.record', 'lead_exchanges.pairs', 'contacts.email_sha256', 'consents.person_id', 'intake_fallback.body', 'lead_params.value']));
    const before = published(intake);
    const rehearsed = await forget(true);
    expect(published(intake)).toEqual(before);

    const report = await forget();
    expect(report.items).toEqual(rehearsed.items);
    expect(report.items).toEqual(expect.arrayContaining([{ table: 'intake', records: 4 }, { table: 'intake_fallback', records: 1 }, { table: 'leads', records: 2 }, { table: 'raw_leads', records: 3 }, { table: 'contacts', records: 1 }, { table: 'consents', records: 1 }]));
    expect(report.totals['journals_by']).toBe('2026-03-11T06:01:10.000Z');
    expect((await traces()).filter((place) => place !== 'intake_fallback.body')).toEqual([]);
    const stored = await suite.database.read((knex) => knex<{ body: string }>('intake_fallback').orderBy('record_hash').pluck('body'));
    expect(stored.map((body) => (JSON.parse(body) as object)).filter((record) => 'erased' in record)).toEqual([{ v: 1, kind: 'lead', brand: 'alpina', lead_id: 'lead_ownfallback', erased: true }]);
    expect(await suite.database.read((knex) => knex('leads').orderBy('lead_id').pluck('lead_id'))).toEqual(['lead_bob']);
    const receipt = await suite.database.read((knex) => knex<{ counts: string }>('erasures').first('counts'));
    expect(JSON.parse(receipt?.counts ?? '{}')).toMatchObject({ intake: 4, leads: 2 });

    const after = published(intake);
    expect(after).toHaveLength(before.length);
    expect(after.join('\n')).not.toMatch(/xaverine|quellmann|198\.51/i);
    expect(after.join('\n')).toMatch(/bob@mail\.ch/);
    expect((await forget()).totals['records']).toBe(0);
  });

  test('is not undone by an import, neither of what was erased nor of what the server published before it knew', async () => {
    await forget();
    const late = intake.publish('20260310T120200Z-0', [lead('ownlate', EMAIL), lead('emil', 'emil@mail.ch')]);
    const report = await importAll(suite.database, intake);
    expect(report.totals).toMatchObject({ batches: 3, read: 6, inserted: 4, unchanged: 2, rejected: 0 });
    expect((await traces()).filter((place) => !['leads.lead_id', 'raw_leads.lead_id'].includes(place))).toEqual([]);
    expect(await suite.database.read((knex) => knex('leads').orderBy('lead_id').select<object[]>('lead_id', 'outcome', 'outcome_reason', 'person_id'))).toMatchObject([
      { lead_id: 'lead_bob' },
      { lead_id: 'lead_carl', outcome: 'created' },
      { lead_id: 'lead_dora', outcome: 'created' },
      { lead_id: 'lead_emil', outcome: 'created' },
      { lead_id: 'lead_ownlate', outcome: 'filtered', outcome_reason: 'suppressed', person_id: null },
    ]);
    expect(gunzipSync(readFileSync(late)).toString()).not.toMatch(/xaverine|quellmann/i);
    expect(statSync(late).mode & 0o077).toBe(0);
  });

  test('names a part that cannot be read, and erases the others', async () => {
    const broken = intake.publish('20260310T120300Z-0', [lead('ownbroken', EMAIL)]);
    writeFileSync(broken, readFileSync(broken).subarray(0, 40));
    const report = await forget();
    expect(report.problems).toMatchObject([{ code: 'unreadable_file', file: broken }]);
    expect(report.items).toEqual(expect.arrayContaining([{ table: 'intake', records: 4 }]));
  });
});
