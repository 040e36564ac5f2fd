import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { personIdOf } from '../../../src/enriched/facts/person.ts';
import type { EventRecord } from '../../../src/events/event-record.ts';
import { eventKind } from '../../../src/events/intake/event-kind.ts';
import { visitKind } from '../../../src/events/intake/visit-kind.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { parseProxies } from '../../../src/net/client-address.ts';
import type { ConsentRecord } from '../../../src/leads/records/consent-record.ts';
import { consentKind } from '../../../src/leads/intake/consent-kind.ts';
import { leadKind } from '../../../src/leads/intake/import-batch.ts';
import { importIntake } from '../../../src/leads/intake/run-import-intake.ts';
import { erasableFolder } from '../../../src/leads/source/erase-intake.client.ts';
import { parseDestinations } from '../../../src/relays/destinations/destinations.ts';
import { createEventOutbox } from '../../../src/relays/tracked-outbox.ts';
import { runForget } from '../../../src/privacy/erasure/run-forget.ts';
import { storeFallback } from '../../../src/serve/journal/fallback.repository.ts';
import { encodeRecord } from '../../../src/serve/journal/framing.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { purge, removedBy } from '../../support/stages/purge.ts';
import { testClock } from '../../support/suite/clock.ts';
import { IMPORT, jobServices, leadImport, testIntake, type TestIntake } from '../../leads/intake/intake.ts';
import { leadRecord } from '../../leads/steps/lead-records.ts';

const ANNA = sha256Hex('anna@mail.ch');
const event = (id: string, own: Partial<EventRecord> = {}): string =>
  JSON.stringify({
    ...{ v: 1, kind: 'event', brand: 'alpina', event_id: id, source: 'api', key: 'k', received_at: '2026-03-10T12:00:00.000Z', occurred_at: '2026-03-10T11:59:00.000Z' },
    ...{ name: 'page_viewed', email_sha256: null, is_test: false, scrubbed: 0, properties: { plan: 'pro' }, ...own },
  } satisfies EventRecord);
const consent = (id: string, own: Partial<ConsentRecord> = {}): string =>
  JSON.stringify({
    ...{ v: 1, kind: 'consent', brand: 'alpina', consent_id: id, key: 'k', received_at: '2026-03-10T12:00:00.000Z', occurred_at: '2026-03-10T11:00:00.000Z' },
    ...{ email_sha256: ANNA, purpose: 'marketing_email', granted: false, text: 'v3', ...own },
  } satisfies ConsentRecord);

function importAll(database: Database, { folder }: TestIntake): Promise<JobReport> {
  const setup = leadImport(database);
  return importIntake({ ...jobServices(database), source: erasableFolder(folder) }, IMPORT, [leadKind(setup), consentKind(setup), eventKind(createEventOutbox(database, TOLD, testClock()))], setup);
}
const TOLD = parseDestinations({ file: 'destinations.yaml', text: 'destinations:\n  - { id: cdp, mode: post, url: "https://cdp.example", kinds: [event.tracked], brands: [alpina], purpose: analytics }\n' }, { variable: () => undefined, brands: ['alpina', 'belmont'] });
const rowsOf = (database: Database, table: string, order: string) => database.read((knex) => knex(table).orderBy(order).select<Record<string, unknown>[]>());

describeEachDatabase('the import of events and consents', (suite) => {
  let intake: TestIntake;
  beforeEach(async () => {
    await suite.empty();
    intake = testIntake();
  });

  test('stores an event once, however often and by whichever way it came, and quarantines what is none', async () => {
    intake.publish('20260310T120000Z-0', [event('e1', { email_sha256: ANNA, scrubbed: 2, is_test: true }), ...Array.from({ length: 50 }, () => event('e2')), event('e3', { brand: 'belmont' }), '{"v":1}'], 'alpina', 'event');
    await storeFallback(suite.database, [encodeRecord(JSON.parse(event('e2', { name: 'other' }))), encodeRecord(JSON.parse(event('e4')))], testClock());
    const report = await importAll(suite.database, intake);
    expect(report.items.find(({ entity, brand }) => entity === 'event' && brand === 'alpina')).toMatchObject({ batches: 2, read: 55, inserted: 3, unchanged: 50, rejected: 2 });
    const rows = await rowsOf(suite.database, 'tracked_events', 'event_id');
    expect(rows.map((row) => [row['event_id'], row['name'], row['person_id'], Number(row['is_test']), row['scrubbed'], row['properties']])).toEqual([
      ['e1', 'page_viewed', personIdOf(ANNA), 1, 2, '{"plan":"pro"}'],
      ...['e2', 'e4'].map((id) => [id, 'page_viewed', null, 0, 0, '{"plan":"pro"}']),
    ]);
    intake.publish('20260310T120100Z-0', [event('e1', { name: 'later' }), event('e5')], 'alpina', 'event');
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ inserted: 1, unchanged: 1 });
    expect((await rowsOf(suite.database, 'tracked_events', 'event_id')).map(({ name }) => name)).toEqual(Array.from({ length: 4 }, () => 'page_viewed'));
  });

  test('adds consents to the ledger once each, and a refusal of marketing by e-mail removes the contact', async () => {
    intake.publish('20260310T100000Z-0', [leadRecord({ lead_id: 'lead_a', received_at: '2026-03-10T10:00:00.000Z', pairs: [['email', 'anna@mail.ch'], ['country', 'FR'], ['optin', '1']] })]);
    await importAll(suite.database, intake);
    intake.publish('20260310T120000Z-0', [consent('c1'), consent('c1'), consent('c1', { purpose: 'analytics', granted: true })], 'alpina', 'consent');
    const report = await importAll(suite.database, intake);
    expect(report.totals).toMatchObject({ inserted: 2, unchanged: 1, contacts: 1 });
    // Sent again with another answer it is the same entry.
    intake.publish('20260310T120100Z-0', [consent('c1', { granted: true })], 'alpina', 'consent');
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ inserted: 0, unchanged: 1 });
    expect((await rowsOf(suite.database, 'consents', 'occurred_at')).map((row) => [row['source'], row['purpose'], Number(row['granted']), row['text_version']]).sort()).toEqual([['api', 'analytics', 1, 'v3'], ['api', 'marketing_email', 0, 'v3'], ['lead', 'marketing_email', 1, 'v3']]);
    expect(await rowsOf(suite.database, 'contacts', 'person_id')).toMatchObject([{ state: 'removed', removed_at: '2026-03-10 11:00:00.000000' }]);
  });

  test('keeps nothing of an erased person, whatever is still to be imported, and forgets what was', async () => {
    intake.publish('20260310T120000Z-0', [event('e1', { email_sha256: ANNA }), event('e2')], 'alpina', 'event');
    intake.publish('20260310T120000Z-0', [consent('c1')], 'alpina', 'consent');
    await importAll(suite.database, intake);
    intake.publish('20260310T120100Z-0', [event('e3', { email_sha256: ANNA })], 'alpina', 'event');
    await storeFallback(suite.database, [encodeRecord(JSON.parse(event('e4', { email_sha256: ANNA }))), encodeRecord(JSON.parse(consent('c2')))], testClock());
    const clock = testClock('2026-03-11 06:00:00');
    const report = await runForget({ database: suite.database, clock, version: '0.0.0', signal: new AbortController().signal }, { emailSha256: ANNA, brands: ['alpina', 'belmont'], intake: { url: `file:${intake.folder}`, rotateMs: 60_000 }, dryRun: false });
    expect(report.status).toBe('succeeded');
    const fallback = JSON.stringify(await rowsOf(suite.database, 'intake_fallback', 'record_hash'));
    expect([fallback.includes(ANNA), fallback.includes('erased')]).toEqual([false, true]);
    // Published by a server that had not learned of it yet.
    intake.publish('20260310T120200Z-0', [event('e5', { email_sha256: ANNA })], 'alpina', 'event');
    intake.publish('20260310T120200Z-0', [consent('c3')], 'alpina', 'consent');
    expect((await importAll(suite.database, intake)).totals).toMatchObject({ inserted: 0, rejected: 0 });
    expect([(await rowsOf(suite.database, 'tracked_events', 'event_id')).map(({ event_id: id }) => id), await rowsOf(suite.database, 'consents', 'consent_id')]).toEqual([['e2'], []]);
  });

  test('keeps events for two years', async () => {
    intake.publish('20260310T120000Z-0', [event('e1')], 'alpina', 'event');
    await importAll(suite.database, intake);
    expect(removedBy(await purge(suite.database, testClock('2028-03-09 00:00:00'), {}, {}))).not.toHaveProperty('tracked_events: tracked_events');
    expect(removedBy(await purge(suite.database, testClock('2028-03-10 00:00:00'), {}, {}))).toMatchObject({ 'tracked_events: tracked_events': 1 });
  });

  test('stores visits of forms beside them, without anything that a form declares, and tells our own apart', async () => {
    const visit = (id: string, own: Partial<LeadRecord>): string => JSON.stringify(leadRecord({ kind: 'visit', lead_id: `visit_${id}`, method: 'GET', pairs: [['email', 'anna@mail.ch']], query: [], extra: [['utm_source', 'meta'], ['ref', 'mail to bob@mail.ch'], ['phone', '1'], ['customer_id', 'c-1']], address: '198.51.100.7', ...own }));
    intake.publish('20260310T120000Z-0', [visit('a', {}), visit('a', {}), visit('b', { address: '192.0.2.1', extra: [], headers: { 'user-agent': 'Googlebot/2.1' } })], 'alpina', 'visit');
    const setup = leadImport(suite.database);
    const kind = visitKind({ userHash: (brand, id) => `usr_${brand}_${id}`, outbox: { enqueue: () => Promise.resolve() }, internal: parseProxies(['192.0.2.0/24']) ?? [] });
    const report = await importIntake({ ...jobServices(suite.database), source: erasableFolder(intake.folder) }, IMPORT, [kind], setup);
    expect(report.items[0]).toMatchObject({ entity: 'visit', inserted: 2, unchanged: 1 });
    const rows = await rowsOf(suite.database, 'tracked_events', 'event_id');
    expect(rows.map((row) => [row['name'], row['source'], row['person_id'], Number(row['is_test'])])).toEqual([['form_visited', 'serve', null, 0], ['form_visited', 'serve', null, 1]]);
    expect(rows.map((row) => JSON.parse(String(row['properties'])) as unknown)).toMatchObject([{ utm_source: 'meta', ref: 'mail to [email]', customer_id: 'usr_alpina_c-1', is_crawler: false }, { is_crawler: true }]);
    expect(JSON.stringify(rows)).not.toMatch(/anna|bob|phone|198\.51/);
  });

  test('tells destinations of each event once, and of test traffic and suppressed persons nobody', async () => {
    const bob = sha256Hex('bob@mail.ch');
    await suite.database.write((tx) => tx('suppressions').insert({ email_sha256: bob, person_id: personIdOf(bob), reason: 'manual', created_at: '2026-03-01 00:00:00.000000' }));
    intake.publish('20260310T120000Z-0', [event('e1', { email_sha256: ANNA }), event('e1'), event('test', { is_test: true }), event('bob', { email_sha256: bob })], 'alpina', 'event');
    intake.publish('20260310T120000Z-0', [event('other', { brand: 'belmont' })], 'belmont', 'event');
    await importAll(suite.database, intake);
    const relays = await rowsOf(suite.database, 'relays', 'relay_id');
    expect(relays).toMatchObject([{ destination: 'cdp', kind: 'event.tracked', brand: 'alpina', person_id: personIdOf(ANNA), state: 'pending' }]);
    expect(JSON.parse(String(relays[0]?.['payload']))).toEqual({ type: 'event.tracked', timestamp: '2026-03-10T12:00:00.000Z', data: { event_id: 'e1', brand: 'alpina', name: 'page_viewed', occurred_at: '2026-03-10T11:59:00.000Z', email_sha256: ANNA, properties: { plan: 'pro' } } });
  });
});
