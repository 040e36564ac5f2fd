import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { surroundingsOf } from '../../../src/leads/look-up/explain.repository.ts';
import { findLead, listLeads } from '../../../src/leads/look-up/show.repository.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import type { Database } from '../../../src/db/database.ts';
import { explainLead } from '../../../src/relays/leads/explain-lead.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { storedState } from '../../support/databases/stored-state.ts';
import { destinationsOf } from '../../support/stages/relays.ts';
import { instantOf } from '../../support/suite/clock.ts';
import { leadRecord } from '../steps/lead-records.ts';
import { FORMS_TEXT, importAll, leadImport, redecideAll, testIntake } from '../intake/intake.ts';

const BRANDS = ['alpina', 'belmont'];
const WITH_GERMANY = FORMS_TEXT.replace('[FR, CH]', '[FR, CH, DE]');
const NET = destinationsOf('destinations: [{ id: net, mode: get, url: "https://n.example/?c={click_id}", kinds: [conversion] }]');

function lead(id: string, at: string, country: string, own: Partial<LeadRecord> = {}): LeadRecord {
  return leadRecord({ lead_id: `lead_${id}`, received_at: `2026-03-${at}T12:00:00.000Z`, pairs: [['email', 'anna@mail.ch'], ['country', country], ['optin', '1']], partner: 'acme', ...own });
}

const outcomes = async (database: Database) =>
  Object.fromEntries((await database.read((knex) => listLeads(knex, { brands: BRANDS }, 100))).map((row) => [row.lead_id, row.outcome_reason === null ? row.outcome : `${row.outcome} ${row.outcome_reason}`]));

describeEachDatabase('leads redecide', (suite) => {
  beforeEach(() => suite.empty());

  test('brings leads that a form refused to their outcome, their contact, their consents and their relays; once', async () => {
    const { database } = suite;
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '10', 'DE'), lead('2', '12', 'FR'), lead('3', '13', 'DE', { pairs: [['email', 'bob@mail.ch'], ['country', 'DE']] })]);
    await importAll(database, intake, false, NET);
    expect(await outcomes(database)).toEqual({ lead_1: 'invalid', lead_2: 'created', lead_3: 'invalid' });
    const before = await storedState(database);
    const planned = await redecideAll(database, WITH_GERMANY, { dryRun: true }, NET);
    expect(planned).toMatchObject({ totals: { judged: 3, without_form: 0, contacts: 2, redecided: 3, relays: 2 } });
    expect(planned.items).toEqual([
      { brand: 'alpina', form: 'f1', from: 'created', to: 'duplicate known_contact', leads: 1 },
      { brand: 'alpina', form: 'f1', from: 'invalid', to: 'created', leads: 2 },
    ]);
    expect(await storedState(database)).toEqual(before);
    expect((await redecideAll(database, WITH_GERMANY, {}, NET)).items).toEqual(planned.items);
    expect(await outcomes(database)).toEqual({ lead_1: 'created', lead_2: 'duplicate known_contact', lead_3: 'created' });
    expect(await database.read((knex) => knex('lead_field_errors').select('lead_id'))).toEqual([]);
    expect((await database.read((knex) => knex('consents').orderBy('evidence').pluck('evidence'))) as string[]).toEqual(['lead_1', 'lead_2']);
    expect((await database.read((knex) => knex('lead_relays').whereNotNull('relay_id').orderBy('lead_id').pluck('lead_id'))) as string[]).toEqual(['lead_1', 'lead_2', 'lead_3']);
    const done = await storedState(database);
    expect(await redecideAll(database, WITH_GERMANY, {}, NET)).toMatchObject({ totals: { judged: 3, contacts: 0, redecided: 0, relays: 0 }, items: [] });
    const again = await storedState(database);
    for (const table of ['leads', 'contacts', 'contact_events', 'consents', 'lead_relays', 'relays', 'raw_leads', 'lead_exchanges']) expect(again[table]).toEqual(done[table]);
  });

  test('takes a lead out of its contact again, and keeps what it said of consents', async () => {
    const { database } = suite;
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '10', 'FR'), lead('2', '12', 'CH')]);
    await importAll(database, intake);
    expect(await redecideAll(database, FORMS_TEXT.replace('[FR, CH]', '[CH]'))).toMatchObject({ totals: { redecided: 2, contacts: 1 } });
    expect(await outcomes(database)).toEqual({ lead_1: 'invalid', lead_2: 'created' });
    await redecideAll(database, FORMS_TEXT.replace('[FR, CH]', '[DE]'));
    expect(await database.read((knex) => knex('contacts').select())).toEqual([]);
    expect((await database.read((knex) => knex('consents').pluck('evidence'))) as string[]).toHaveLength(2);
  });

  test('judges only the leads that are asked for, and leaves those whose form is gone', async () => {
    const { database } = suite;
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '10', 'DE'), lead('2', '11', 'DE', { pairs: [['email', 'bob@mail.ch'], ['country', 'DE']] })]);
    await importAll(database, intake);
    const range = { from: instantOf('2026-03-11'), until: instantOf('2026-03-12') };
    expect(await redecideAll(database, WITH_GERMANY, { range })).toMatchObject({ totals: { judged: 1, redecided: 1 } });
    expect(await outcomes(database)).toEqual({ lead_1: 'invalid', lead_2: 'created' });
    const gone = await redecideAll(database, WITH_GERMANY.replace('id: f1', 'id: f9'));
    expect(gone).toMatchObject({ totals: { judged: 0, without_form: 2 }, problems: [expect.objectContaining({ code: 'form_gone' })] });
  });

  test('explains a lead step by step, with the rules of today and why a destination heard nothing', async () => {
    const { database } = suite;
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '10', 'FR', { query: [['utm_source', 'mail'], ['color', 'red']] }), lead('2', '10', 'XX', { received_at: '2026-03-10T12:01:00.000Z' })]);
    await importAll(database, intake, false, NET);
    const { forms } = leadImport(database, NET, `${FORMS_TEXT}routes:\n  - { id: known, when: { known: true }, to: "https://go.example/again" }\n  - { id: same, when: { known_active_same_brand: true }, to: "https://go.example/same" }\n`);
    const crm = destinationsOf('destinations: [{ id: crm, mode: post, url: "https://c.example/", kinds: [lead.created], leads: { partners: [bolt] } }]');
    const explained = await database.read(async (knex) => {
      const found = await findLead(knex, BRANDS, 'lead_1');
      return explainLead(found, await surroundingsOf(knex, BRANDS, found), forms, [...NET, ...crm]);
    });
    expect(explained).toMatchObject({ today: { rule: 'same', state: 'known_active_same_brand', to: 'https://go.example/same' }, beaten: [] });
    expect(explained.relays).toEqual([
      { destination: 'net', kind: 'conversion', relay_id: expect.stringMatching(/^rel_/), state: 'pending', reason: null },
      { destination: 'crm', kind: 'lead.created', relay_id: null, state: null, reason: 'partner' },
    ]);
    expect(explained.steps.map(({ step, name, decided }) => `${step} ${name} ${decided}`)).toEqual([
      ...['1 redirect default', '2 exchange POST 303', '3 crawler no', '4 errors none', `5 email person ${sha256Hex('anna@mail.ch').slice(0, 32)}`, '6 geo private'],
      ...['7 marketing utm_source', '8 outcome created', '9 contact active', '10 relays net conversion: pending; crm lead.created: no'],
    ]);
    const invalid = await database.read(async (knex) => {
      const found = await findLead(knex, BRANDS, 'lead_2');
      return explainLead(found, await surroundingsOf(knex, BRANDS, found), forms, NET);
    });
    expect(invalid.steps.filter(({ name }) => ['errors', 'outcome', 'relays'].includes(name)).map(({ decided }) => decided)).toEqual(['country not_allowed', 'invalid', 'none']);
    expect(JSON.stringify([explained, invalid])).not.toContain('anna@');
  });
});
