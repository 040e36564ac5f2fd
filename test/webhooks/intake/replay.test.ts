import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import type { EventFilter } from '../../../src/webhooks/intake/show.repository.ts';
import { eraseWebhooks } from '../../../src/webhooks/intake/erase.repository.ts';
import { findEvent, listEvents, sumEvents } from '../../../src/webhooks/intake/show.repository.ts';
import { runDiscard, runReplay } from '../../../src/webhooks/intake/run-replay.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { purge, removedBy } from '../../support/stages/purge.ts';
import { testClock } from '../../support/suite/clock.ts';
import { jobServices } from '../../leads/intake/intake.ts';
import { importWebhooks, rowsOf, SOURCES_TEXT, webhook, webhookImport, webhookIntake } from './intake.ts';

const BRANDS = ['alpina', 'belmont'];
const replay = (database: Database, filter: Partial<EventFilter> = {}, dryRun = false, text?: string) => runReplay(jobServices(database), { filter: { brands: BRANDS, ...filter }, dryRun }, webhookImport(database, text));
const discard = (database: Database, filter: Partial<EventFilter> = {}, dryRun = false) => runDiscard(jobServices(database), { filter: { brands: BRANDS, ...filter }, dryRun });
const statesOf = async (database: Database) => Object.fromEntries((await rowsOf(database)).map(({ event_id: id, state, reason, tries }) => [id, `${state} ${reason ?? '-'} ${String(tries)}`]));
const lead = (id: string) => webhook(id, 'form.gone', { email: `${id}@mail.ch`, country: 'FR' });
/** The same with a form that is there. */
const MENDED = SOURCES_TEXT.replace('form: gone', 'form: f1').replaceAll('fields: { email: /data/email } }', 'fields: { email: /data/email, country: /data/country } }');

describeEachDatabase('hub webhooks', (suite) => {
  beforeEach(() => suite.empty());

  test('does dead letters again once what they name is mended, and tells it in the audit', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', [lead('a'), lead('b'), webhook('c', 'charge.x', { object: { id: 'ch_1' } })]);
    await importWebhooks(suite.database, intake);
    expect(await replay(suite.database, { states: ['dead'] })).toMatchObject({ status: 'refused', totals: { events: 2, dead: 2 }, items: [{ from: 'dead unknown_form', to: 'dead unknown_form', events: 2 }], problems: [{ code: 'webhook_dead' }] });
    const rehearsed = await replay(suite.database, { states: ['dead'] }, true, MENDED);
    expect(await suite.database.read((knex) => knex('leads').select())).toEqual([]);
    const report = await replay(suite.database, { states: ['dead'] }, false, MENDED);
    expect(report).toMatchObject({ status: 'succeeded', totals: { events: 2, dead: 0, contacts: 2 }, items: [{ brand: 'alpina', from: 'dead unknown_form', to: 'done', events: 2 }] });
    expect(rehearsed.items).toEqual(report.items);
    expect(await statesOf(suite.database)).toEqual({ a: 'done - 3', b: 'done - 3', c: 'done - 1' });
    expect(await suite.database.read((knex) => knex('audit_log').where({ entity: 'webhook' }).select<object[]>('action'))).toEqual([{ action: 'update' }, { action: 'update' }]);
  });

  test('does what was done again without doing it twice, and a hint that was fetched counts once more', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', [webhook('a', 'charge.x', { object: { id: 'ch_1' } }), webhook('b', 'contact.answered', { email: 'anna@mail.ch', answer: true }), webhook('c', 'form.sent', { email: 'anna@mail.ch', country: 'FR', optin: true }), webhook('d', 'plan.changed', { agreed: true, user_id: 'u', plan: 'pro' })]);
    await importWebhooks(suite.database, intake);
    await suite.database.write((tx) => tx('refetch_hints').update({ fetched_at: '2026-03-11 00:00:00.000000' }));
    const stored = async () => suite.database.read(async (knex) => [await knex('consents').orderBy('consent_id').select(), await knex('leads').select(), await knex('contacts').select(), await knex('tracked_events').select()]);
    const before = await stored();
    expect(before[3]).toMatchObject([{ name: 'plan_changed', source: 'stripe-alpina', properties: '{"agreed":true,"user_id":"usr_u","plan":"pro"}' }]);
    expect((await replay(suite.database)).totals).toMatchObject({ events: 4, dead: 0, contacts: 0 });
    expect(await stored()).toEqual(before);
    expect(await suite.database.read((knex) => knex('refetch_hints').select<object[]>('fetched_at'))).toEqual([{ fetched_at: null }]);
  });

  test('adds the other answer of an event whose declaration has changed, and leaves the one that was in force', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', [webhook('a', 'contact.answered', { email: 'anna@mail.ch', answer: true })]);
    await importWebhooks(suite.database, intake);
    const ledger = () => suite.database.read((knex) => knex('consents').orderBy('granted').select<{ granted: number; checksum: unknown }[]>('consent_id', 'granted', 'evidence', 'checksum', 'created_run'));
    const [before] = await ledger();
    const mistaken = SOURCES_TEXT.replace('granted: /data/answer', 'granted: false');
    expect(mistaken).not.toBe(SOURCES_TEXT);
    await replay(suite.database, {}, false, mistaken);
    await replay(suite.database, {}, false, mistaken);
    const [denied, granted, ...more] = await ledger();
    expect([denied?.granted, granted, more]).toEqual([0, before, []]);
    expect(await suite.database.read((knex) => knex('audit_log').where({ entity: 'lead.consent' }).select<object[]>('action'))).toEqual([]);
  });

  test('does more events than fit into a page, each once', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', Array.from({ length: 250 }, (_each, index) => webhook(`evt_${String(index)}`, 'charge.x', {})));
    await importWebhooks(suite.database, intake);
    expect((await replay(suite.database, { states: ['dead'] })).totals).toMatchObject({ events: 250, dead: 250 });
    expect((await rowsOf(suite.database)).every(({ tries }) => tries === 2)).toBe(true);
    expect((await discard(suite.database, { states: ['dead'] })).totals).toMatchObject({ events: 250 });
    expect(await suite.database.read((knex) => sumEvents(knex, { brands: BRANDS }))).toMatchObject([{ source: 'stripe-alpina', state: 'discarded', reason: 'no_object', events: 250, deliveries: 250 }]);
  });

  test('closes those that are named, by either of their ids, and no other', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', [lead('a'), lead('b/c'), lead('d')]);
    await importWebhooks(suite.database, intake);
    const own = (await rowsOf(suite.database)).find(({ event_id: id }) => id === 'a');
    expect((await discard(suite.database, { ids: [own?.webhook_id ?? '', 'stripe-alpina/b/c'] }, true)).totals).toMatchObject({ events: 2 });
    await discard(suite.database, { ids: [own?.webhook_id ?? '', 'stripe-alpina/b/c'] });
    expect(await statesOf(suite.database)).toMatchObject({ a: 'discarded unknown_form 1', 'b/c': 'discarded unknown_form 1', d: 'dead unknown_form 1' });
    const list = (filter: Partial<EventFilter>) => suite.database.read(async (knex) => (await listEvents(knex, { brands: BRANDS, ...filter }, 10)).map(({ event_id: id }) => id).sort());
    expect([await list({ states: ['dead'] }), await list({ types: ['form.gone'] }), await list({ sources: ['é'] }), await list({ brands: ['belmont'] }), await list({ range: { from: '2026-03-11 00:00:00.000000' as never, until: '2026-03-12 00:00:00.000000' as never } })]).toEqual([['d'], ['a', 'b/c', 'd'], [], [], []]);
    await expect(suite.database.read((knex) => findEvent(knex, BRANDS, 'stripe-alpina/x'))).rejects.toMatchObject({ kind: 'usage', code: 'unknown_webhook' });
  });

  test('loses the bodies that name an erased person, in whatever bytes, and no other; they stay as they are when all is done again', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', [
      ...[webhook('a', 'charge.x', { object: { id: 'ch_1' }, name: 'Anna', email: 'anna@mail.ch' }), webhook('b', 'charge.x', { object: { id: 'ch_2' }, email: 'bob@mail.ch' })],
      ...[webhook('c', 'other', {}, { text: Buffer.concat([Buffer.from('to anna@mail.ch '), Buffer.from([0xe9])]) }), webhook('d', 'other', {}, { text: '{"of":"anna\\u0040mail.ch"}' })],
    ]);
    await importWebhooks(suite.database, intake);
    expect(await suite.database.write((tx) => eraseWebhooks({ database: suite.database, tx }, (hash) => hash === sha256Hex('anna@mail.ch')))).toBe(3);
    expect((await rowsOf(suite.database)).map(({ event_id: id, body }) => [id, body === null])).toEqual([['a', true], ['b', false], ['c', true], ['d', true]]);
    expect(await replay(suite.database)).toMatchObject({ totals: { events: 1, without_body: 3 }, problems: [{ code: 'body_gone' }] });
    expect(await statesOf(suite.database)).toMatchObject({ a: 'done - 1', b: 'done - 2' });
  });

  test('keeps bodies for 90 days, and after that what became of the events', async () => {
    const intake = webhookIntake();
    intake.publish('20260310T120000Z-0', [webhook('a', 'charge.x', { object: { id: 'ch_1' } })]);
    await importWebhooks(suite.database, intake);
    expect(removedBy(await purge(suite.database, testClock('2026-06-08 00:00:00'), {}, {}))).not.toHaveProperty('webhook_bodies: webhooks');
    const later = testClock('2026-06-09 00:00:00');
    const expected = { 'webhook_bodies: webhooks': 1, 'webhook_bodies: webhook_deliveries': 1, 'webhook_bodies: refetch_hints': 1 };
    expect(removedBy(await purge(suite.database, later, {}, { dryRun: true }))).toMatchObject(expected);
    expect(removedBy(await purge(suite.database, later, {}, {}))).toMatchObject(expected);
    expect(await rowsOf(suite.database)).toMatchObject([{ event_id: 'a', body: null, state: 'done', deliveries: 1 }]);
  });
});
