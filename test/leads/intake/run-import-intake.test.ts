import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import { eraseLeads } from '../../../src/leads/intake/erase.repository.ts';
import { findLead, listLeads } from '../../../src/leads/look-up/show.repository.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { leadTables } from '../../../src/leads/records/tables.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { leadRecord } from '../steps/lead-records.ts';
import { importAll, testIntake, unsubscribe } from './intake.ts';

const ANNA = sha256Hex('anna@mail.ch');

function lead(id: string, at: string, own: Partial<LeadRecord> = {}): LeadRecord {
  return leadRecord({ lead_id: `lead_${id}`, received_at: at, pairs: [['email', 'anna@mail.ch'], ['country', 'FR'], ['optin', '1']], address: '8.8.8.8', ...own });
}

const outcomes = async (database: Database) =>
  Object.fromEntries((await database.read((knex) => listLeads(knex, { brands: ['alpina', 'belmont'] }, 100))).map((row) => [row.lead_id, row.outcome_reason === null ? row.outcome : `${row.outcome} ${row.outcome_reason}`]));
const contactsOf = async (database: Database) =>
  database.read((knex) => knex('contacts').orderBy('brand').select<Record<string, unknown>[]>('brand', 'person_id', 'state', 'leads', 'duplicates', 'restored'));

describeEachDatabase('import-intake', (suite) => {
  beforeEach(() => suite.empty());

  test('stores leads with all that was decided of them, and finds nothing new when it runs again', async () => {
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z', { query: [['utm_source', 'mail'], ['gclid', 'g1'], ['color', 'red']], partner: 'acme' }), lead('2', '2026-03-10T12:00:01.000Z', { pairs: [['email', 'anna@mail.ch'], ['phone', 'x']] })]);
    const first = await importAll(suite.database, intake);
    expect(first).toMatchObject({ status: 'succeeded', totals: { batches: 1, read: 2, inserted: 2, unchanged: 0, rejected: 0, contacts: 1 } });
    expect(await outcomes(suite.database)).toEqual({ lead_1: 'created', lead_2: 'invalid' });
    const shown = await suite.database.read((knex) => findLead(knex, ['alpina', 'belmont'], 'lead_1'));
    expect(shown).toMatchObject({ brand: 'alpina', person_id: ANNA.slice(0, 32), email_sha256: ANNA, utm_source: 'mail', gclid: 'g1', partner: 'acme', is_crawler: false, withheld: false, ip_prefix: '8.8.8.0/24', errors: [] });
    expect((await suite.database.read((knex) => findLead(knex, ['alpina', 'belmont'], 'lead_2'))).errors).toEqual([{ field: 'country', category: 'missing' }, { field: 'phone', category: 'malformed' }]);
    expect(await suite.database.read((knex) => knex('lead_params').select('lead_id', 'name', 'value'))).toEqual([{ lead_id: 'lead_1', name: 'color', value: 'red' }]);
    expect(await suite.database.read((knex) => knex('consents').select('purpose', 'evidence', 'text_version'))).toEqual([{ purpose: 'marketing_email', evidence: 'lead_1', text_version: 'v3' }]);
    expect(await contactsOf(suite.database)).toEqual([{ brand: 'alpina', person_id: ANNA.slice(0, 32), state: 'active', leads: 1, duplicates: 0, restored: 0 }]);
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ batches: 0, read: 0, contacts: 0 });
  });

  test('knows a lead that comes again in another batch by its id', async () => {
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z')]);
    await importAll(suite.database, intake);
    intake.publish('20260310T120100Z-1', [lead('1', '2026-03-10T12:00:00.000Z'), lead('2', '2026-03-10T13:00:00.000Z'), lead('2', '2026-03-10T13:00:00.000Z')]);
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ read: 3, inserted: 1, unchanged: 2 });
    expect(await outcomes(suite.database)).toEqual({ lead_1: 'created', lead_2: 'duplicate known_contact' });
  });

  test('gives the same outcomes whether leads or unsubscriptions were imported first, and shows what changed in the audit', async () => {
    const publish = () => {
      const intake = testIntake();
      intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z'), lead('2', '2026-03-12T12:00:00.000Z')]);
      return intake;
    };
    const removed = '2026-03-11 00:00:00.000000';
    const leadsFirst = publish();
    await importAll(suite.database, leadsFirst);
    expect(await outcomes(suite.database)).toEqual({ lead_1: 'created', lead_2: 'duplicate known_contact' });
    await unsubscribe(suite.database, removed, ANNA);
    await unsubscribe(suite.database, removed, ANNA, 'belmont');
    expect((await importAll(suite.database, leadsFirst)).totals).toMatchObject({ batches: 0, redecided: 1 });
    const expected = { outcomes: await outcomes(suite.database), contacts: await contactsOf(suite.database) };
    expect(expected.outcomes).toEqual({ lead_1: 'created', lead_2: 'restored' });
    expect(expected.contacts).toMatchObject([{ brand: 'alpina', state: 'active', restored: 1 }, { brand: 'belmont', state: 'removed', leads: 0 }]);
    const audit = await suite.database.read((knex) => knex('audit_log').where({ entity: 'lead.lead', entity_id: 'lead_2' }).select<object[]>('action'));
    expect(audit).toEqual([{ action: 'update' }]);
    await suite.empty();
    await unsubscribe(suite.database, removed, ANNA);
    await unsubscribe(suite.database, removed, ANNA, 'belmont');
    await importAll(suite.database, publish());
    expect({ outcomes: await outcomes(suite.database), contacts: await contactsOf(suite.database) }).toEqual(expected);
  });

  test('gives the same whichever batch comes first', async () => {
    const [early, late] = [lead('a', '2026-03-10T12:00:00.000Z'), lead('b', '2026-03-10T12:05:00.000Z')];
    const intake = testIntake();
    intake.publish('20260310T130000Z-1', [late]);
    await importAll(suite.database, intake);
    expect(await outcomes(suite.database)).toEqual({ lead_b: 'created' });
    intake.publish('20260310T120000Z-0', [early]);
    await importAll(suite.database, intake);
    expect(await outcomes(suite.database)).toEqual({ lead_a: 'created', lead_b: 'duplicate resubmitted' });
  });

  test('puts lines that are no leads into quarantine and stores the others', async () => {
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', ['{"v":1', lead('1', '2026-03-10T12:00:00.000Z'), lead('2', '2026-03-10T12:00:00.000Z', { form: 'gone' }), lead('3', '2026-03-10T12:00:00.000Z', { brand: 'belmont' }), lead('4', 'yesterday')]);
    const report = await importAll(suite.database, intake);
    expect(report.totals).toMatchObject({ read: 5, inserted: 1, rejected: 4 });
    const rows = await suite.database.read((knex) => knex('rejected_rows').orderBy('line').select<{ line: number; column_name: string | null }[]>('line', 'column_name'));
    expect(rows.map(({ line, column_name: column }) => [line, column])).toEqual([[1, null], [3, 'form'], [4, 'brand'], [5, 'received_at']]);
    expect(JSON.stringify(report)).not.toContain('anna@');
  });

  test('refuses a batch that is cut off, stores the others and tries it again', async () => {
    const intake = testIntake();
    const file = intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z')]);
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length - 12));
    intake.publish('20260310T120100Z-0', [lead('2', '2026-03-10T12:30:00.000Z')]);
    expect(await importAll(suite.database, intake)).toMatchObject({ status: 'refused', totals: { batches: 1, refused: 1, inserted: 1 } });
    writeFileSync(file, whole);
    expect(await importAll(suite.database, intake)).toMatchObject({ status: 'succeeded', totals: { batches: 1, refused: 0, inserted: 1 } });
    expect(await outcomes(suite.database)).toEqual({ lead_1: 'created', lead_2: 'duplicate known_contact' });
  });

  test('keeps nothing of an erased person but that a lead came', async () => {
    const intake = testIntake();
    await suite.database.write((tx) => tx('erasures').insert({ email_sha256: ANNA, receipt_id: 'r', erased_at: '2026-01-01 00:00:00.000000', run_id: 'x', words: '[]', counts: '{}' }));
    intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z', { query: [['utm_source', 'mail']], extra: [['color', 'red']] })]);
    await importAll(suite.database, intake);
    expect(await outcomes(suite.database)).toEqual({ lead_1: 'filtered suppressed' });
    expect(await suite.database.read((knex) => knex('raw_leads').select('person_id', 'record'))).toEqual([{ person_id: null, record: null }]);
    for (const { name } of leadTables.filter((table) => !['raw_leads', 'leads'].includes(table.name))) expect(await suite.database.read((knex) => knex(name).select())).toEqual([]);
    expect(await suite.database.read((knex) => knex('leads').select('email_sha256', 'utm_source', 'ip_prefix'))).toEqual([{ email_sha256: null, utm_source: null, ip_prefix: null }]);
  });

  test('writes nothing in a dry run, and reports the same', async () => {
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z')]);
    expect(await importAll(suite.database, intake, true)).toMatchObject({ dry_run: true, totals: { batches: 1, inserted: 1, contacts: 1 } });
    for (const { name } of leadTables) expect(await suite.database.read((knex) => knex(name).select())).toEqual([]);
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ batches: 1, inserted: 1, contacts: 1 });
  });

  test('erases a person from every table of leads', async () => {
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '2026-03-10T12:00:00.000Z', { query: [['color', 'red']], pairs: [['email', 'anna@mail.ch'], ['country', 'FR'], ['phone', 'x'], ['optin', '1']] }), lead('2', '2026-03-10T12:00:00.000Z', { pairs: [['email', 'bob@mail.ch'], ['country', 'FR']] })]);
    await importAll(suite.database, intake);
    await suite.database.write((tx) => eraseLeads(tx, ANNA.slice(0, 32)));
    expect(await outcomes(suite.database)).toEqual({ lead_2: 'created' });
    for (const { name } of leadTables) expect(JSON.stringify(await suite.database.read((knex) => knex(name).select()))).not.toMatch(new RegExp(`${ANNA.slice(0, 32)}|anna@|lead_1`));
  });
});
