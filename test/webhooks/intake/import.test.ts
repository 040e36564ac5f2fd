import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import { isWorkWaiting } from '../../../src/leads/intake/waiting-work.repository.ts';
import { listLeads } from '../../../src/leads/look-up/show.repository.ts';
import { folderSource } from '../../../src/leads/source/folder-source.client.ts';
import { storeFallback } from '../../../src/serve/journal/fallback.repository.ts';
import { encodeRecord } from '../../../src/serve/journal/framing.ts';
import { webhookIdOf } from '../../../src/webhooks/actions/event.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testClock } from '../../support/suite/clock.ts';
import { IMPORT } from '../../leads/intake/intake.ts';
import { leadRecord } from '../../leads/steps/lead-records.ts';
import { importWebhooks, rowsOf, SOURCES_TEXT, webhook, webhookIntake } from './intake.ts';

const ANNA = sha256Hex('anna@mail.ch');
const [FIRST, SECOND, THIRD] = ['20260310T120000Z-0', '20260310T120100Z-0', '20260310T120200Z-1'] as const;
const charge = (id: string, own = {}) => webhook(id, 'charge.refunded', { object: { id: 'ch_1' } }, own);
const hintsOf = (database: Database) => database.read((knex) => knex('refetch_hints').orderBy('object_id').select<Record<string, unknown>[]>('source', 'object', 'object_id', 'webhook_id', 'hinted_at', 'fetched_at'));
const consentsOf = (database: Database) => database.read((knex) => knex('consents').orderBy('purpose').select<Record<string, unknown>[]>('person_id', 'purpose', 'granted', 'source', 'evidence', 'text_version', 'occurred_at'));
const statesOf = async (database: Database) => Object.fromEntries((await rowsOf(database)).map(({ event_id: id, state, reason, action }) => [id, [state, reason ?? action].join(' ')]));

describeEachDatabase('import-intake of webhooks', (suite) => {
  beforeEach(() => suite.empty());

  test('makes one row and one action of an event that came fifty times, and counts the deliveries', async () => {
    const intake = webhookIntake();
    const event = Array.from({ length: 50 }, () => charge('evt_1'));
    intake.publish(FIRST, event.slice(0, 20));
    intake.publish(SECOND, event.slice(20, 49));
    expect(await importWebhooks(suite.database, intake)).toMatchObject({ status: 'succeeded', totals: { batches: 2, read: 49, inserted: 1, updated: 48, dead: 0 } });
    intake.publish(THIRD, event.slice(49));
    expect((await importWebhooks(suite.database, intake)).totals).toMatchObject({ read: 1, inserted: 0, updated: 1 });
    expect(await rowsOf(suite.database)).toMatchObject([{ source: 'stripe-alpina', event_id: 'evt_1', webhook_id: webhookIdOf('stripe-alpina', 'evt_1'), brand: 'alpina', type: 'charge.refunded', deliveries: 50, other_bodies: 0, state: 'done', action: 'hint', tries: 1 }]);
    expect(await hintsOf(suite.database)).toEqual([{ source: 'stripe-alpina', object: 'charge', object_id: 'ch_1', webhook_id: webhookIdOf('stripe-alpina', 'evt_1'), hinted_at: '2026-03-10 12:00:00.000000', fetched_at: null }]);
  });

  test('counts no delivery twice, though its batch is read again, came by another writer, or lay in the database too', async () => {
    const intake = webhookIntake();
    const [one, two] = [charge('evt_1'), charge('evt_1')];
    const unnamed = JSON.stringify({ ...charge('evt_2'), delivery_id: undefined });
    intake.publish(FIRST, [one, two, unnamed, unnamed]);
    intake.publish(THIRD, [one]);
    await storeFallback(suite.database, [encodeRecord(two)], testClock());
    const waiting = () => isWorkWaiting(suite.database, folderSource(intake.folder), ['webhook'], IMPORT.brands, IMPORT, new AbortController().signal);
    expect(await waiting()).toBe(true);
    await importWebhooks(suite.database, intake);
    expect(await waiting()).toBe(false);
    const again = await importWebhooks(suite.database, intake, { range: { from: '20260310T000000Z', until: '20260311T000000Z' } });
    expect(again.totals).toMatchObject({ batches: 2, read: 5, inserted: 0, updated: 0, unchanged: 5 });
    expect((await rowsOf(suite.database)).map(({ event_id: id, deliveries }) => [id, deliveries])).toEqual([['evt_1', 2], ['evt_2', 2]]);
    expect(await suite.database.read((knex) => knex('intake_fallback').select())).toEqual([]);
  });

  test('keeps the first body of an id, and warns of another', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [charge('evt_1'), charge('evt_1', { text: '{"id":"evt_1","type":"charge.refunded","data":2}' })]);
    intake.publish(SECOND, [charge('evt_1', { text: '{"id":"evt_1","type":"charge.refunded","data":3}' })]);
    const report = await importWebhooks(suite.database, intake);
    expect(report).toMatchObject({ status: 'succeeded', problems: [{ code: 'webhook_changed' }, { code: 'webhook_changed' }] });
    const [row] = await rowsOf(suite.database);
    expect([row?.deliveries, row?.other_bodies, row?.body]).toEqual([3, 2, '{"id":"evt_1","type":"charge.refunded","data":{"object":{"id":"ch_1"}}}']);
  });

  test('ignores what no rule names, what is a test and what is ignored on purpose, and says why', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [webhook('a', 'other', {}), webhook('b', 'noise.x', {}), webhook('c', 'ping', {}), charge('d', { text: '{"id":"d","livemode":false,"data":{"object":{"id":"ch_1"}}}' })]);
    expect((await importWebhooks(suite.database, intake)).status).toBe('succeeded');
    expect(await statesOf(suite.database)).toEqual({ a: 'ignored no_action', b: 'ignored by_rule', c: 'ignored ping', d: 'ignored test_mode' });
    expect(await hintsOf(suite.database)).toEqual([]);
  });

  test('keeps as a dead letter what cannot be done, does the others, and ends with 3', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [
      ...[charge('a'), webhook('b', 'charge.x', {}, { text: 'oops' }), webhook('c', 'charge.x', {}, { text: Buffer.from([0x7b, 0xe9, 0x00, 0x7d]) }), webhook('d', 'charge.x', { object: {} })],
      ...[webhook('e', 'form.gone', { email: 'anna@mail.ch' }), webhook('f', 'contact.unsubscribed', { email: 'nobody' }), webhook('g', 'contact.answered', { email: 'anna@mail.ch', answer: 'perhaps' })],
      ...[webhook('h', 'contact.unsubscribed', { email: 'anna@mail.ch', at: 'yesterday' }), webhook('i', 'form.sent', { email: { of: 'anna@mail.ch' } }), webhook('j', 'charge.x', {}, { source: 'gone' })],
    ]);
    const report = await importWebhooks(suite.database, intake);
    expect(report).toMatchObject({ status: 'refused', totals: { batches: 1, refused: 0, inserted: 10, dead: 9 }, problems: [{ code: 'webhook_dead', brand: 'alpina', stream: 'webhook' }] });
    expect(await statesOf(suite.database)).toEqual({
      ...{ a: 'done hint', b: 'dead unreadable', c: 'dead unreadable', d: 'dead no_object', e: 'dead unknown_form', f: 'dead no_address' },
      ...{ g: 'dead no_answer', h: 'dead no_time', i: 'dead no_fields', j: 'dead unknown_source' },
    });
    expect(JSON.stringify(report)).not.toMatch(/anna|mail\.ch|oops/);
    const kept = (await rowsOf(suite.database)).find(({ event_id: id }) => id === 'c');
    expect([Boolean(kept?.is_base64), Buffer.from(kept?.body ?? '', 'base64')]).toEqual([true, Buffer.from([0x7b, 0xe9, 0x00, 0x7d])]);
    expect((await importWebhooks(suite.database, intake)).status).toBe('succeeded');
  });

  test('hints at an object by all its digits, and the newest hint counts', async () => {
    const intake = webhookIntake();
    const at = (time: string, id: string) => webhook(id, 'charge.x', {}, { received_at: time, text: '{"id":"x","data":{"object":{"id":820982911946154509}}}' });
    intake.publish(FIRST, [at('2026-03-10T13:00:00.000Z', 'late'), at('2026-03-10T12:00:00.000Z', 'early')]);
    intake.publish(SECOND, [at('2026-03-10T12:30:00.000Z', 'between')]);
    await importWebhooks(suite.database, intake);
    expect(await hintsOf(suite.database)).toMatchObject([{ object_id: '820982911946154509', webhook_id: webhookIdOf('stripe-alpina', 'late') }]);
  });

  test('removes the contact of who has left, in whatever order leads and webhooks come', async () => {
    const lead = leadRecord({ lead_id: 'lead_1', received_at: '2026-03-09T12:00:00.000Z', pairs: [['email', 'anna@mail.ch'], ['country', 'FR']] });
    const late = leadRecord({ lead_id: 'lead_2', received_at: '2026-03-12T12:00:00.000Z', pairs: [['email', 'anna@mail.ch'], ['country', 'FR']] });
    const left = webhook('evt_1', 'contact.unsubscribed', { email: '<Anna@mail.ch>', at: 1_773_100_800 });
    const run = async (order: readonly ((intake: ReturnType<typeof webhookIntake>) => void)[]) => {
      await suite.empty();
      const intake = webhookIntake();
      for (const publish of order) {
        publish(intake);
        await importWebhooks(suite.database, intake);
      }
      const leads = await suite.database.read((knex) => listLeads(knex, { brands: ['alpina'] }, 10));
      return { leads: leads.map(({ lead_id: id, outcome }) => [id, outcome]), contacts: await suite.database.read((knex) => knex('contacts').select<object[]>('state', 'leads', 'restored', 'removed_at')) };
    };
    const leadsFirst = await run([(intake) => intake.publishLeads(FIRST, [lead]), (intake) => intake.publish(SECOND, [left]), (intake) => intake.publishLeads(THIRD, [late])]);
    // A form that asks for marketing by e-mail and does not get it brings nobody back.
    expect(leadsFirst).toEqual({ leads: [['lead_2', 'duplicate'], ['lead_1', 'created']], contacts: [{ state: 'removed', leads: 2, restored: 0, removed_at: '2026-03-10 00:00:00.000000' }] });
    expect(await run([(intake) => intake.publish(SECOND, [left]), (intake) => intake.publishLeads(THIRD, [late]), (intake) => intake.publishLeads(FIRST, [lead])])).toEqual(leadsFirst);
  });

  test('adds what somebody answered to the consents, never later than it came', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [webhook('a', 'contact.answered', { email: 'anna@mail.ch', answer: 'yes' }), webhook('b', 'contact.unsubscribed', { email: 'anna@mail.ch', at: '2030-01-01T00:00:00Z' })]);
    await importWebhooks(suite.database, intake);
    const common = { person_id: ANNA.slice(0, 32), source: 'webhook', occurred_at: '2026-03-10 12:00:00.000000' };
    expect((await consentsOf(suite.database)).map((row) => ({ ...row, granted: Boolean(row['granted']) }))).toEqual([
      { ...common, purpose: 'marketing_email', granted: false, evidence: webhookIdOf('stripe-alpina', 'b'), text_version: null },
      { ...common, purpose: 'partner_sharing', granted: true, evidence: webhookIdOf('stripe-alpina', 'a'), text_version: 'v1' },
    ]);
  });

  test('makes a lead of a form, which takes the ten steps', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [webhook('a', 'form.sent', { email: 'anna@mail.ch', country: 'FR', optin: true }), webhook('b', 'form.sent', { email: 'x' })]);
    expect((await importWebhooks(suite.database, intake)).totals).toMatchObject({ inserted: 2, contacts: 1 });
    const leads = await suite.database.read((knex) => listLeads(knex, { brands: ['alpina'] }, 10));
    expect(leads.map(({ outcome, form, is_crawler: isCrawler, errors }) => [outcome, form, isCrawler, errors.length]).sort()).toEqual([['created', 'f1', false, 0], ['invalid', 'f1', false, 2]]);
    expect(await consentsOf(suite.database)).toMatchObject([{ purpose: 'marketing_email', source: 'lead' }]);
  });

  test('keeps nothing of what names an erased person but that it came', async () => {
    const intake = webhookIntake();
    await suite.database.write((tx) => tx('erasures').insert({ email_sha256: ANNA, receipt_id: 'r', erased_at: '2026-01-01 00:00:00.000000', run_id: 'x', words: '[]', counts: '{}' }));
    const file = intake.publish(FIRST, [webhook('a', 'form.sent', { email: 'ANNA%40mail.ch', name: 'Anna' }), charge('b')]);
    await importWebhooks(suite.database, intake);
    expect(await rowsOf(suite.database)).toMatchObject([{ event_id: 'a', state: 'ignored', reason: 'suppressed', body: null }, { event_id: 'b', state: 'done' }]);
    expect(await suite.database.read((knex) => knex('leads').select())).toEqual([]);
    const [first = '', second = ''] = gunzipSync(readFileSync(file)).toString().split('\n');
    expect(JSON.parse(first)).toEqual({ v: 1, kind: 'webhook', brand: 'alpina', source: 'stripe-alpina', event_id: 'a', delivery_id: expect.stringMatching(/^whd_/), erased: true });
    expect(JSON.parse(second)).toMatchObject({ event_id: 'b', body: charge('b').body });
  });

  test('puts lines that are no webhooks into quarantine, and stores the others', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, ['{"v":1', charge('a'), webhook('b', 'x', {}, { brand: 'belmont' }), JSON.stringify({ ...charge('c'), body: 'no base64!' })]);
    expect((await importWebhooks(suite.database, intake)).totals).toMatchObject({ read: 4, inserted: 1, rejected: 3 });
    const rows = await suite.database.read((knex) => knex('rejected_rows').orderBy('line').select<{ entity: string; column_name: string | null }[]>('entity', 'column_name'));
    expect(rows).toEqual([{ entity: 'webhook', column_name: null }, { entity: 'webhook', column_name: 'brand' }, { entity: 'webhook', column_name: 'body' }]);
  });

  test('writes nothing in a dry run, and reports the same', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [charge('a'), webhook('b', 'form.sent', { email: 'anna@mail.ch', country: 'FR' })]);
    const rehearsed = await importWebhooks(suite.database, intake, { dryRun: true });
    for (const table of ['webhooks', 'webhook_deliveries', 'refetch_hints', 'leads', 'consents']) expect(await suite.database.read((knex) => knex(table).select())).toEqual([]);
    expect((await importWebhooks(suite.database, intake)).totals).toEqual(rehearsed.totals);
  });

  test('takes the longest ids and types, and bodies of megabytes', async () => {
    const intake = webhookIntake();
    const id = 'e'.repeat(255);
    intake.publish(FIRST, [webhook(id, 't'.repeat(255), 'x'.repeat(3_000_000)), webhook('f', 'x', 'y'.repeat(3_500_000)), webhook('g', 'x', 'é\u0000😀')]);
    await importWebhooks(suite.database, intake);
    expect((await rowsOf(suite.database)).map(({ event_id: own, body }) => [own.length, (body ?? '').length > 3_000_000])).toEqual([[255, true], [1, true], [1, false]]);
    expect((await rowsOf(suite.database)).at(-1)?.body).toBe(JSON.stringify({ id: 'g', type: 'x', data: 'é\u0000😀' }));
  });

  test('is judged by the sources of today: what was unknown is done once it is declared', async () => {
    const intake = webhookIntake();
    intake.publish(FIRST, [charge('a', { source: 'late' })]);
    expect((await importWebhooks(suite.database, intake)).totals).toMatchObject({ dead: 1 });
    intake.publish(SECOND, [charge('b', { source: 'late' })]);
    await importWebhooks(suite.database, intake, { text: SOURCES_TEXT.replace('id: stripe-alpina', 'id: late') });
    expect(await statesOf(suite.database)).toEqual({ a: 'dead unknown_source', b: 'done hint' });
  });
});
