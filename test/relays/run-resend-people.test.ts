import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import type { Clock } from '../../src/core/time.ts';
import type { Database } from '../../src/db/database.ts';
import type { Destination } from '../../src/relays/destinations/destination.ts';
import { readHealth } from '../../src/relays/destinations/destination-states.repository.ts';
import { enqueueFacts, type Fact } from '../../src/relays/outbox.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { startMailServer, type MailServerUnderTest } from '../support/servers/mail-server.ts';
import { answer, startReceiver, type Script } from '../support/servers/receiver.ts';
import { destinationsOf, resend, storedAttempts, storedRelays } from '../support/stages/relays.ts';

const notice = { title: 'Stock out', severity: 'critical', parts: [{ kind: 'text', text: 'Two are out.' }] };

function alert(key: string): Fact {
  const payload = JSON.stringify({ type: 'alert.fired', data: { rule: 'stock-out' }, notice });
  return { kind: 'alert.fired', brand: null, subjectId: null, version: null, personId: null, payload, dedupeKey: key };
}

function tell(database: Database, destinations: readonly Destination[], clock: Clock, keys: readonly string[]): Promise<number> {
  return database.write((tx) => enqueueFacts(database, tx, destinations, keys.map(alert), clock.now()));
}

function slack(url: string, extra: Readonly<Record<string, unknown>> = {}, id = 'slack'): Destination[] {
  const spec = { id, mode: 'slack', url: '${HUB_SLACK_URL}', kinds: ['alert.fired', 'digest.weekly'], allow_private: true, requests_per_second: 100, ...extra };
  return destinationsOf(JSON.stringify({ destinations: [spec] }), { HUB_SLACK_URL: url });
}

function mail(server: MailServerUnderTest, to: readonly string[], extra: Readonly<Record<string, unknown>> = {}): Destination[] {
  const spec = { id: 'mail', mode: 'smtp', url: 'smtp://${SMTP}', from: 'Hub <hub@shop.example>', to, kinds: ['alert.fired'], allow_private: true, timeout: '3s', ...extra };
  const declared = destinationsOf(JSON.stringify({ destinations: [spec] }), { SMTP: `hub:right@localhost:${server.port}` });
  return declared.map((destination) => ({ ...destination, ...(destination.mail === undefined ? {} : { mail: { ...destination.mail, server: { ...destination.mail.server, trusted: server.certificate } } }) }));
}

describeEachDatabase('messages to Slack', (suite) => {
  beforeEach(() => suite.empty());

  test('are posted as text and blocks, unsigned, and done when the answer is 200 and ok', async () => {
    const receiver = await startReceiver(answer(200, 'ok'));
    const clock = testClock();
    const destinations = slack(`${receiver.url}/services/T0/B0/verysecret`);
    expect(await tell(suite.database, destinations, clock, ['one'])).toBe(1);
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ status: 'succeeded', totals: { delivered: 1 } });
    const [call] = receiver.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/services/T0/B0/verysecret', headers: { 'content-type': 'application/json' } });
    expect(Object.keys(call?.headers ?? {}).filter((name) => name.startsWith('webhook'))).toEqual([]);
    expect(JSON.parse(call?.body ?? '')).toEqual({ text: 'Stock out', blocks: [{ type: 'header', text: expect.anything() }, { type: 'section', text: { type: 'mrkdwn', text: 'Two are out.', verbatim: true } }] });
    expect(JSON.stringify(await storedAttempts(suite.database))).not.toContain('verysecret');
  });

  const outcomes: [string, Script, string, string | null][] = [
    ['200 ok', answer(200, 'ok'), 'delivered', null],
    ['200 with another body', answer(200, 'invalid_payload'), 'retrying', null],
    ['400', answer(400, 'invalid_blocks'), 'dead', null],
    ['403', answer(403, 'action_prohibited'), 'dead', null],
    ['404', answer(404, 'no_service'), 'dead', 'it answered 404 Not Found'],
    ['410', answer(410, 'channel_is_archived'), 'dead', 'it answered 410 Gone'],
    ['429', answer(429, '', { 'retry-after': '30' }), 'retrying', null],
    ['500', answer(500, 'rollup_error'), 'retrying', null],
    ['a lost answer', (_call, _response, socket) => void socket.resetAndDestroy(), 'retrying', null],
  ];

  test('end each answer in its state; 404 and 410 disable the webhook', async () => {
    const receivers = await Promise.all(outcomes.map(([, script]) => startReceiver(script)));
    const destinations = receivers.flatMap(({ url }, index) => slack(url, {}, `s${index}`));
    const clock = testClock();
    await tell(suite.database, destinations, clock, ['one']);
    await resend(suite.database, destinations, clock);
    const [relays, health] = [new Map((await storedRelays(suite.database)).map((row) => [row.destination, row.state])), await suite.database.read(readHealth)];
    outcomes.forEach(([title, , state, disabled], index) => {
      expect([title, relays.get(`s${index}`), health.get(`s${index}`)?.disabledReason ?? null]).toEqual([title, state, disabled]);
    });
    expect(health.get('s6')?.heldUntil).not.toBeNull();
  });

  test('go out at most one a second if nothing else is said', async () => {
    const receiver = await startReceiver(answer(200, 'ok'));
    const destinations = slack(receiver.url, { requests_per_second: undefined });
    expect(destinations[0]?.requestsPerSecond).toBe(1);
    const clock = testClock();
    await tell(suite.database, destinations, clock, ['one', 'two', 'three']);
    const started = performance.now();
    await resend(suite.database, destinations, clock);
    expect(receiver.calls).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(1_900);
  });
});

describeEachDatabase('mails', (suite) => {
  beforeEach(() => suite.empty());

  test('go to each recipient by a relay of its own, named by the hash of the address', async () => {
    const server = await startMailServer();
    const clock = testClock();
    const destinations = mail(server, ['Ann@shop.example', 'ben@shop.example']);
    expect(await tell(suite.database, destinations, clock, ['one'])).toBe(2);
    expect(await tell(suite.database, destinations, clock, ['one'])).toBe(0);
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ status: 'succeeded', totals: { delivered: 2 } });
    const relays = await storedRelays(suite.database);
    expect(relays.map(({ recipient }) => recipient).sort()).toEqual([sha256Hex('ann@shop.example'), sha256Hex('ben@shop.example')].sort());
    expect(server.mails.map(({ to }) => to).sort()).toEqual([['ann@shop.example'], ['ben@shop.example']]);
    expect(server.mails.every(({ isEncrypted, user }) => isEncrypted && user === 'hub')).toBe(true);
    const kept = JSON.stringify([relays, await storedAttempts(suite.database)]);
    for (const secret of ['ann@', 'ben@', 'right']) expect(kept).not.toContain(secret);
  });

  test('of one recipient who is refused are dead, and those of the others go out', async () => {
    const refused = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'b1', 'b2', 'b3'].map((name) => `${name}@shop.example`);
    const server = await startMailServer({ recipient: (address) => (refused.includes(address) ? 550 : 0) });
    const clock = testClock();
    const destinations = mail(server, [...refused, 'zoe@shop.example'], { concurrency: 1 });
    await tell(suite.database, destinations, clock, ['one']);
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ status: 'refused', totals: { delivered: 1, dead: refused.length, retrying: 0, waiting: 0 } });
    expect(server.mails.map(({ to }) => to)).toEqual([['zoe@shop.example']]);
    const dead = (await storedRelays(suite.database)).filter(({ state }) => state === 'dead');
    expect(dead.every(({ reason }) => /550/.test(reason ?? '') && !/@shop/.test(reason ?? ''))).toBe(true);
  });

  test('that are put off or whose answer is lost are tried again with the same Message-ID', async () => {
    const server = await startMailServer({ data: (nth) => (nth === 1 ? 451 : nth === 2 ? 'lost' : 0) });
    const clock = testClock();
    const destinations = mail(server, ['ann@shop.example'], { retry: ['5s', '5s', '5s'] });
    await tell(suite.database, destinations, clock, ['one']);
    for (let run = 0; run < 3; run++) {
      await resend(suite.database, destinations, clock);
      clock.advance(6_000);
    }
    const attempts = await storedAttempts(suite.database);
    expect(attempts.map(({ outcome, status }) => [outcome, status])).toEqual([['retrying', 451], ['retrying', null], ['delivered', 250]]);
    const ids = server.mails.map(({ source }) => /^Message-ID: (.*)\r$/m.exec(source)?.[1]);
    const [relay] = await storedRelays(suite.database);
    expect(ids).toEqual([`<${relay?.relay_id ?? ''}@shop.example>`, `<${relay?.relay_id ?? ''}@shop.example>`]);
  });

  test('are sent to no server that offers no STARTTLS', async () => {
    const server = await startMailServer({}, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const clock = testClock();
    const destinations = mail(server, ['ann@shop.example']);
    await tell(suite.database, destinations, clock, ['one']);
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ totals: { retrying: 1, delivered: 0 } });
    expect(server.mails).toEqual([]);
    expect((await storedRelays(suite.database))[0]?.reason).toContain('ETLS');
  });

  test('to who is not a recipient any more are dead with the reason', async () => {
    const server = await startMailServer();
    const clock = testClock();
    await tell(suite.database, mail(server, ['ann@shop.example']), clock, ['one']);
    await resend(suite.database, mail(server, ['ben@shop.example']), clock);
    expect((await storedRelays(suite.database)).map(({ state, reason }) => [state, reason])).toEqual([['dead', 'its recipient is not among `to` any more']]);
    expect(server.mails).toEqual([]);
  });
});
