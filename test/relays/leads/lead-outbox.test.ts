import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Database } from '../../../src/db/database.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import type { FormPair } from '../../../src/leads/pairs.ts';
import type { RelayRow } from '../../../src/relays/outbox/relay.ts';
import { importAll, testIntake, unsubscribe } from '../../leads/intake/intake.ts';
import { leadRecord } from '../../leads/steps/lead-records.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { answer, startReceiver } from '../../support/servers/receiver.ts';
import { destinationsOf, resend } from '../../support/stages/relays.ts';
import { testClock } from '../../support/suite/clock.ts';

const clock = testClock();

function lead(id: string, at: string, pairs: readonly FormPair[] = [], own: Partial<LeadRecord> = {}): LeadRecord {
  return leadRecord({ lead_id: `lead_${id}`, received_at: `2026-03-${at}T12:00:00.000Z`, pairs: [['email', 'anna@mail.ch'], ['country', 'FR'], ...pairs], ...own });
}

const destinations = (url: string) =>
  destinationsOf(`destinations:
  - { id: partner, mode: post, url: "${url}/leads", allow_private: true, kinds: [lead.created], leads: { once_days: 30, fields: { mail: email, id: lead_id } }, purpose: partner_sharing }
  - { id: net, mode: get, url: "${url}/net?c={click_id}&sum={payout}&cur={currency}&oid={order_id}", allow_private: true, kinds: [conversion], required: [click_id], expect: { body: "^OK" } }
`);

/** `partner lead_1 pending`, or the reason why there is no relay. */
async function told(database: Database): Promise<string[]> {
  const rows = await database.read((knex) => knex('lead_relays as l').leftJoin('relays as r', 'r.relay_id', 'l.relay_id').select<{ destination: string; lead_id: string; state: string | null; reason: string | null }[]>('l.destination', 'l.lead_id', 'r.state', 'l.reason'));
  return rows.map((row) => `${row.destination} ${row.lead_id} ${row.state ?? row.reason ?? ''}`).sort();
}

describeEachDatabase('relays of leads', (suite) => {
  beforeEach(() => suite.empty());

  test('leave once for a lead with consent, each with one id, however often the lead comes', async () => {
    const receiver = await startReceiver(answer(200, 'OK'));
    const all = destinations(receiver.url);
    const intake = testIntake();
    const first = lead('1', '10', [['share', 'on']], { partner: 'acme', query: [['clickid', '9007199254740993123']] });
    intake.publish('20260310T120000Z-0', [first]);
    expect((await importAll(suite.database, intake, true, all)).totals).toMatchObject({ relays: 2 });
    expect(await told(suite.database)).toEqual([]);
    expect((await importAll(suite.database, intake, false, all)).totals).toMatchObject({ relays: 2 });
    intake.publish('20260310T120100Z-1', [first]);
    expect((await importAll(suite.database, intake, false, all)).totals).toMatchObject({ relays: 0 });
    expect(await told(suite.database)).toEqual(['net lead_1 pending', 'partner lead_1 pending']);
    expect((await resend(suite.database, all, clock)).totals).toMatchObject({ delivered: 2, cancelled: 0 });
    expect((await resend(suite.database, all, clock)).totals).toMatchObject({ sent: 0 });
    expect(receiver.calls.map(({ path, body }) => [path, body]).sort()).toEqual([
      ['/leads', '{"mail":"anna@mail.ch","id":"lead_1"}'],
      ['/net?c=9007199254740993123&sum=4.50&cur=EUR&oid=lead_1', ''],
    ]);
  });

  test('are not sent without consent as of when they would be, and stay cancelled', async () => {
    const receiver = await startReceiver(answer(200, 'OK'));
    const all = destinations(receiver.url).slice(0, 1);
    const intake = testIntake();
    intake.publish('20260310T120000Z-0', [lead('1', '10', [['share', 'on']]), lead('2', '10', [], { pairs: [['email', 'bob@mail.ch'], ['country', 'FR'], ['share', 'off']] }), lead('3', '10', [], { pairs: [['email', 'eve@mail.ch'], ['country', 'FR']] })]);
    await importAll(suite.database, intake, false, all);
    // Anna changes her mind before it is sent.
    intake.publish('20260311T120000Z-0', [lead('4', '11', [['share', '0']])]);
    await importAll(suite.database, intake, false, all);
    expect((await resend(suite.database, all, clock, { dryRun: true })).totals).toMatchObject({ sent: 0, cancelled: 3 });
    expect((await resend(suite.database, all, clock)).totals).toMatchObject({ sent: 0, cancelled: 3 });
    const rows = await suite.database.read((knex) => knex<RelayRow>('relays').select('state', 'reason'));
    expect(rows).toEqual([1, 2, 3].map(() => ({ state: 'cancelled', reason: 'no_consent' })));
    expect(receiver.calls).toEqual([]);
  });

  test('go to a destination once in so many days, whichever lead is imported first', async () => {
    const all = destinations('http://127.0.0.1:9').slice(0, 1);
    const intake = testIntake();
    const [early, soon, late] = [lead('1', '01'), lead('2', '20'), lead('3', '31')];
    intake.publish('20260320T120000Z-0', [soon]);
    await importAll(suite.database, intake, false, all);
    await unsubscribe(suite.database, '2026-03-21 00:00:00.000000', sha256Hex('anna@mail.ch'));
    intake.publish('20260331T120000Z-0', [early, { ...late, pairs: [...late.pairs, ['optin', '1']] }]);
    await importAll(suite.database, intake, false, all);
    expect(await told(suite.database)).toEqual(['partner lead_1 once_days', 'partner lead_2 pending', 'partner lead_3 once_days']);
  });

  test('of a new person who was sent through the partner are stored as redirected; what left stays, and a late removal sends what it restores', async () => {
    const all = destinations('http://127.0.0.1:9').slice(1);
    const intake = testIntake();
    const decision = { ...leadRecord().decision, via: true as const };
    intake.publish('20260310T120000Z-0', [lead('1', '10', [], { partner: 'bolt', decision }), lead('2', '12', [['optin', '1']], { partner: 'acme' })]);
    await importAll(suite.database, intake, false, all);
    expect(await told(suite.database)).toEqual(['net lead_1 redirected']);
    await unsubscribe(suite.database, '2026-03-11 00:00:00.000000', sha256Hex('anna@mail.ch'));
    expect((await importAll(suite.database, intake, false, all)).totals).toMatchObject({ redecided: 1, relays: 1 });
    intake.publish('20260309T120000Z-0', [lead('0', '09', [], { partner: 'acme' })]);
    await importAll(suite.database, intake, false, all);
    expect(await told(suite.database)).toEqual(['net lead_0 pending', 'net lead_1 redirected', 'net lead_2 pending']);
    expect((await resend(suite.database, all, clock, { dryRun: true })).totals).toMatchObject({ redirected: 0 });
  });

  test('are never made about people who are suppressed', async () => {
    const intake = testIntake();
    const hash = sha256Hex('anna@mail.ch');
    await suite.database.write((tx) => tx('suppressions').insert({ email_sha256: hash, person_id: hash.slice(0, 32), reason: 'objected', created_at: clock.now() }));
    intake.publish('20260310T120000Z-0', [lead('1', '10', [['share', 'on']], { partner: 'acme' })]);
    expect((await importAll(suite.database, intake, false, destinations('http://127.0.0.1:9'))).totals).toMatchObject({ contacts: 1, relays: 0 });
    expect(await told(suite.database)).toEqual(['net lead_1 suppressed', 'partner lead_1 suppressed']);
  });
});
