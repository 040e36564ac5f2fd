import { beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { eraseRelaysOf } from '../../src/relays/outbox/bodies.repository.ts';
import { enableDestination } from '../../src/relays/destinations/destination-states.repository.ts';
import { parseShard } from '../../src/core/shard.ts';
import { addMillis, millisOf, toIso } from '../../src/core/time.ts';
import { instantOf, testClock } from '../support/suite/clock.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { answer, inTurn, isSigned, startReceiver, type Script } from '../support/servers/receiver.ts';
import { crm, destinationsOf, enqueue, orderEvent, relayOf, resend, SECRET, statesOf, storedAttempts, storedRelays } from '../support/stages/relays.ts';

const MINUTE = 60_000;

describeEachDatabase('resend-relays', (suite) => {
  beforeEach(() => suite.empty());

  test('delivers what waits, signed, with its id, and reports it', async () => {
    const receiver = await startReceiver();
    const clock = { now: () => instantOf(new Date().toISOString()) };
    const destinations = crm(`${receiver.url}/orders`);
    expect(await enqueue(suite.database, destinations, clock, [orderEvent(1), orderEvent(2)])).toBe(2);
    const report = await resend(suite.database, destinations, clock);
    expect(report).toMatchObject({ status: 'succeeded', totals: { sent: 2, delivered: 2, retrying: 0, dead: 0, waiting: 0 } });
    expect(report.items).toEqual([expect.objectContaining({ destination: 'crm', delivered: 2, oldest_waiting_at: null, halted: null, p50_ms: expect.any(Number), p95_ms: expect.any(Number) })]);
    expect(receiver.calls.map(({ id }) => id).sort()).toEqual([relayOf(1), relayOf(2)].sort());
    for (const call of receiver.calls) {
      expect(call).toMatchObject({ method: 'POST', path: '/orders', headers: { 'content-type': 'application/json', 'user-agent': 'hub/0.0.0' } });
      expect(isSigned(call, SECRET)).toBe(true);
      expect(isSigned({ ...call, body: `${call.body} ` }, SECRET)).toBe(false);
    }
    expect(receiver.calls.map(({ body }) => body).sort()).toEqual([orderEvent(1).payload, orderEvent(2).payload]);
    expect(await statesOf(suite.database)).toEqual(['ord_1 v1 delivered', 'ord_2 v1 delivered']);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0 });
    expect(receiver.calls).toHaveLength(2);
  });

  const outcomes: [string, Script, string, string | null][] = [
    ['200', answer(200), 'delivered', null],
    ['204', answer(204), 'delivered', null],
    ['301, which is not followed', answer(301, '', { location: '/elsewhere' }), 'retrying', 'status 301'],
    ['400', answer(400), 'dead', 'status 400'],
    ['401', answer(401), 'dead', 'status 401'],
    ['404', answer(404), 'dead', 'status 404'],
    ['408', answer(408), 'retrying', 'status 408'],
    ['409', answer(409), 'dead', 'status 409'],
    ['422', answer(422), 'dead', 'status 422'],
    ['425', answer(425), 'retrying', 'status 425'],
    ['429', answer(429), 'retrying', 'status 429'],
    ['500', answer(500), 'retrying', 'status 500'],
    ['502', answer(502), 'retrying', 'status 502'],
    ['503', answer(503), 'retrying', 'status 503'],
    ['a reset before the answer', (_call, _response, socket) => void socket.resetAndDestroy(), 'retrying', 'UND_ERR_SOCKET|ECONNRESET'],
    ['a connection closed before the answer', (_call, _response, socket) => void socket.end(), 'retrying', 'UND_ERR_SOCKET|ECONNRESET'],
    ['a reset in the middle of the body', async (_call, response, socket) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      await sleep(20);
      socket.resetAndDestroy();
    }, 'delivered', null],
    ['a reset in the middle of the body of a 503', async (_call, response, socket) => {
      response.writeHead(503, { 'content-length': '100' }).write('half');
      await sleep(20);
      socket.resetAndDestroy();
    }, 'retrying', 'status 503'],
    ['a chunked body that ends too early', async (_call, response, socket) => {
      response.writeHead(200).write('half');
      await sleep(20);
      socket.end();
    }, 'delivered', null],
    ['a reset after the body', (_call, response, socket) => void response.writeHead(200, { 'content-length': '2' }).end('ok', () => setTimeout(() => socket.resetAndDestroy(), 20)), 'delivered', null],
    ['silence', () => undefined, 'retrying', 'no complete answer within 1500 ms'],
    ['a body that drips beyond the timeout', async (_call, response) => {
      response.writeHead(200);
      for (let drop = 0; drop < 20; drop++) {
        response.write('.');
        await sleep(120);
      }
      response.end();
    }, 'retrying', 'no complete answer within 1500 ms'],
    ['an endless body', (_call, response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    }, 'delivered', null],
  ];

  test('ends each answer in its state, keeps every attempt, and sends the same id again', async () => {
    const receivers = await Promise.all(outcomes.map(([, script]) => startReceiver(script)));
    const destinations = receivers.flatMap(({ url }, index) => crm(url, { timeout: '1500ms', retry: ['5s', '5m'] }, `d${index}`));
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    const report = await resend(suite.database, destinations, clock);
    const relays = new Map((await storedRelays(suite.database)).map((row) => [row.destination, row]));
    const attempts = new Map((await storedAttempts(suite.database)).map((row) => [row.relay_id, row]));
    outcomes.forEach(([title, , state, reason], index) => {
      const relay = relays.get(`d${index}`);
      const attempt = attempts.get(relay?.relay_id ?? '');
      expect([title, relay?.state, attempt?.outcome, attempt?.attempt]).toEqual([title, state, state, 1]);
      if (reason === null) expect([title, relay?.reason]).toEqual([title, null]);
      else expect(`${title}: ${relay?.reason ?? ''}`).toMatch(new RegExp(reason));
      expect(relay?.next_attempt_at ?? null).toEqual(state === 'retrying' ? addMillis(clock.now(), 5_000) : null);
    });
    expect(receivers.map(({ calls }) => calls.length)).toEqual(outcomes.map(() => 1));
    expect(report.status).toBe('refused');

    clock.advance(5_000);
    receivers.forEach((receiver) => (receiver.script = answer(200)));
    await resend(suite.database, destinations, clock);
    outcomes.forEach(([title, , state], index) => {
      const calls = receivers[index]?.calls ?? [];
      expect([title, calls.length]).toEqual([title, state === 'retrying' ? 2 : 1]);
      expect([title, new Set(calls.map(({ id }) => id)).size]).toEqual([title, 1]);
    });
    expect(Math.max(...receivers.map(({ mostAtOnce }) => mostAtOnce()))).toBe(1);
  });

  test('goes through the schedule and then gives the relay up; --status dead begins anew', async () => {
    const receiver = await startReceiver(answer(503));
    const destinations = crm(receiver.url, { retry: ['5s', '5m', '30m'] });
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    for (const wait of [5_000, 5 * MINUTE, 30 * MINUTE]) {
      expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 1, retrying: 1 });
      clock.advance(wait - 1);
      expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0, waiting: 1 });
      clock.advance(1);
    }
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ status: 'refused', totals: { dead: 1 } });
    expect((await storedRelays(suite.database))[0]).toMatchObject({ state: 'dead', attempts: 4, reason: 'status 503; given up after 4 tries' });
    clock.advance(60 * MINUTE);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0 });

    expect((await resend(suite.database, destinations, clock, { status: 'dead' })).totals).toMatchObject({ sent: 1, retrying: 1 });
    expect((await storedRelays(suite.database))[0]).toMatchObject({ state: 'retrying', attempts: 5, tries: 1, next_attempt_at: addMillis(clock.now(), 5_000) });
    expect((await storedAttempts(suite.database)).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(1);
  });

  test('waits as long as Retry-After says, in seconds or as a date, and no longer than a day', async () => {
    const clock = testClock();
    const date = new Date(millisOf(clock.now()) + 10 * MINUTE).toUTCString();
    const headers = ['600', date, '999999', '1', 'soon'];
    const receivers = await Promise.all(headers.map((value) => startReceiver(answer(503, '', { 'retry-after': value }))));
    const destinations = receivers.flatMap(({ url }, index) => crm(url, {}, `d${index}`));
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    await resend(suite.database, destinations, clock);
    const relays = await storedRelays(suite.database);
    const waits = headers.map((_, index) => millisOf(relays.find(({ destination }) => destination === `d${index}`)?.next_attempt_at ?? clock.now()) - millisOf(clock.now()));
    expect(waits).toEqual([10 * MINUTE, 10 * MINUTE, 24 * 60 * MINUTE, 5_000, 5_000]);
  });

  test('holds the destination as long as Retry-After says, not only the relay, whatever succeeds meanwhile; others go on', async () => {
    const busy = await startReceiver(inTurn(async (call, response) => {
      // The second answer comes after the refusal of the first: a success of what was under way.
      if (call.body.includes('ord_2"')) await sleep(150);
      response.writeHead(call.body.includes('ord_1"') ? 429 : 200, call.body.includes('ord_1"') ? { 'retry-after': '600' } : {}).end();
    }, answer(200)));
    const well = await startReceiver();
    const destinations = [...crm(busy.url, { concurrency: 2 }, 'busy'), ...crm(well.url, {}, 'well')];
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, Array.from({ length: 8 }, (_, order) => orderEvent(order + 1)));
    const first = await resend(suite.database, destinations, clock);
    expect(first.items).toMatchObject([{ destination: 'busy', halted: `held until ${toIso(addMillis(clock.now(), 10 * MINUTE))}, as it asked for (Retry-After)` }, { destination: 'well', delivered: 8 }]);
    expect((await storedRelays(suite.database)).filter(({ state }) => state === 'in_flight')).toEqual([]);
    const asked = busy.calls.length;
    expect(asked).toBeLessThan(8);
    clock.advance(10 * MINUTE - 1);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0 });
    clock.advance(1);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 9 - asked, waiting: 0 });
  });

  test('outlasts a short Retry-After within the run, and --force a long one', async () => {
    const receiver = await startReceiver((call, response) => void response.writeHead(call.nth === 1 && receiver.calls.length === 1 ? 503 : 200, { 'retry-after': '1' }).end());
    const destinations = crm(receiver.url, { concurrency: 1 });
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [1, 2, 3].map((order) => orderEvent(order)));
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 3, delivered: 2, retrying: 1 });
    await suite.database.knex('destination_states').update({ held_until: addMillis(clock.now(), 60 * MINUTE) });
    clock.advance(5_000);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0, waiting: 1 });
    expect((await resend(suite.database, destinations, clock, { force: true })).totals).toMatchObject({ delivered: 1 });
  });

  test('takes an answer that is encoded, or behind a byte order mark and blank lines, for what it says', async () => {
    const bodies = [gzipSync('OK'), brotliCompressSync('OK'), deflateSync('OK'), Buffer.from('\ufeffOK'), Buffer.from(' \r\n\ufeff\n\nOK'), gzipSync('\ufeff\nOK')];
    const codings = ['gzip', 'br', 'deflate', '', '', 'gzip'];
    const receivers = await Promise.all(bodies.map((body, index) => startReceiver((_call, response) => void response.writeHead(200, codings[index] === '' ? {} : { 'content-encoding': codings[index] }).end(body))));
    const destinations = receivers.flatMap(({ url }, index) => crm(url, { expect: { body: '^(OK|1)' } }, `d${index}`));
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ status: 'succeeded', totals: { delivered: bodies.length } });
    expect(receivers.map(({ calls }) => calls.map(({ headers }) => headers['accept-encoding']))).toEqual(bodies.map(() => ['identity']));
  });

  test('does not take a body that breaks off for the expected one, and keeps what came', async () => {
    const receiver = await startReceiver(async (_call, response, socket) => {
      response.writeHead(200, { 'content-length': '100' }).write('OK, but');
      await sleep(20);
      socket.resetAndDestroy();
    });
    const destinations = crm(receiver.url, { expect: { body: '^OK' } });
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ retrying: 1 });
    expect((await storedRelays(suite.database))[0]?.reason).toMatch(/^status 200, but the body is not whole: /);
    expect(await storedAttempts(suite.database)).toMatchObject([{ status: 200, response_body: 'OK, but', error: expect.stringMatching(/^the body is not whole: /) }]);
  });

  test('goes on with the others where a destination cannot be used, and says so with code 3; what is for it waits', async () => {
    const receiver = await startReceiver();
    const [good] = crm(receiver.url, {}, 'good');
    const [bad] = crm(receiver.url, {}, 'bad');
    const broken = { id: 'bad', enabled: true, kinds: bad?.kinds ?? new Set(), brands: undefined, problem: 'd.yaml:3: bad: secrets cannot use S: it is too short' };
    const destinations = good === undefined ? [] : [good, broken];
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    expect(await resend(suite.database, destinations, clock)).toMatchObject({
      status: 'refused',
      totals: { delivered: 1, waiting: 1 },
      warnings: ['bad: 1 waiting, cannot be used: d.yaml:3: bad: secrets cannot use S: it is too short'],
    });
    expect(await resend(suite.database, destinations, clock, { destinations: ['good'] })).toMatchObject({ status: 'succeeded' });
    await expect(resend(suite.database, destinations, clock, { destinations: ['bad'] })).rejects.toMatchObject({ kind: 'configuration', code: 'destinations_invalid', message: expect.stringContaining('bad: secrets cannot use S') });
    expect((await resend(suite.database, crm(receiver.url, {}, 'bad'), clock)).totals).toMatchObject({ delivered: 1 });
  });

  test('stops at 410 until the destination is enabled again', async () => {
    const receiver = await startReceiver(answer(410));
    const destinations = crm(receiver.url, { concurrency: 1 });
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [1, 2, 3].map((order) => orderEvent(order)));
    const report = await resend(suite.database, destinations, clock);
    expect(report).toMatchObject({ status: 'refused', totals: { sent: 1, dead: 1, waiting: 2 }, items: [{ halted: expect.stringContaining('disabled: it answered 410 Gone') }] });
    expect(report.warnings).toEqual([expect.stringContaining('crm: 2 waiting, disabled')]);
    expect(report.problems.map(({ code, next }) => [code, next])).toEqual([
      ['destination_disabled', 'Ask its owner, then hub relays enable crm'],
      ['relay_given_up', 'hub relays list --status dead --destination crm'],
    ]);
    // Every later run says so too, as relays wait for somebody to enable it.
    expect(await resend(suite.database, destinations, clock, { force: true })).toMatchObject({ status: 'refused', totals: { sent: 0 } });
    expect(receiver.calls).toHaveLength(1);
    receiver.script = answer(200);
    await enableDestination(suite.database, 'crm');
    expect(await resend(suite.database, destinations, clock)).toMatchObject({ status: 'succeeded', totals: { delivered: 2 } });
  });

  test('pauses a destination after ten failures in a row, for a growing time, and then tries one relay first', async () => {
    const receiver = await startReceiver(answer(500));
    const destinations = crm(receiver.url, { concurrency: 1, retry: ['5s', '5s', '5s', '5s', '5s', '5s', '5s', '5s'] });
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, Array.from({ length: 30 }, (_, order) => orderEvent(order)));
    const first = await resend(suite.database, destinations, clock);
    expect(first.totals).toMatchObject({ sent: 10, retrying: 10, waiting: 30 });
    expect(first.items[0]).toMatchObject({ halted: `paused until ${toIso(addMillis(clock.now(), MINUTE))} after 10 failures in a row` });
    expect((await storedRelays(suite.database)).filter(({ state }) => state === 'in_flight')).toEqual([]);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0 });
    clock.advance(MINUTE);
    const probe = await resend(suite.database, destinations, clock);
    expect(probe.totals).toMatchObject({ sent: 1 });
    expect(probe.items[0]).toMatchObject({ halted: `paused until ${toIso(addMillis(clock.now(), 2 * MINUTE))} after 11 failures in a row` });
    clock.advance(2 * MINUTE);
    receiver.script = answer(200);
    const last = await resend(suite.database, destinations, clock);
    expect(last.totals).toMatchObject({ sent: 30, delivered: 30, waiting: 0 });
    expect(last.items[0]).toMatchObject({ halted: null });
  });

  test('judges by the expected status and body', async () => {
    const receiver = await startReceiver((call, response) => void response.writeHead(call.path.startsWith('/taken') ? 409 : 200).end(call.path.includes('bad') ? 'NOT OK' : 'OK'));
    const destinations = [
      ...crm(`${receiver.url}/good`, { expect: { body: '^OK' } }, 'good'),
      ...crm(`${receiver.url}/bad`, { expect: { body: '^OK' } }, 'bad'),
      ...crm(`${receiver.url}/taken`, { expect: { status: [200, 409] } }, 'taken'),
      ...crm(`${receiver.url}/created`, { expect: { status: 201 } }, 'created'),
    ];
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    await resend(suite.database, destinations, clock);
    const states = Object.fromEntries((await storedRelays(suite.database)).map((row) => [row.destination, [row.state, row.reason]]));
    expect(states).toEqual({
      good: ['delivered', null],
      bad: ['retrying', 'status 200, but the body is not the expected one'],
      taken: ['delivered', null],
      created: ['retrying', 'status 200'],
    });
  });

  test('sends only the newest version of a document', async () => {
    const receiver = await startReceiver(inTurn(answer(500), answer(200)));
    const destinations = crm(receiver.url);
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1), orderEvent(2)]);
    await resend(suite.database, destinations, clock);
    await enqueue(suite.database, destinations, clock, [orderEvent(1, 3), orderEvent(1, 2)]);
    expect(await statesOf(suite.database)).toEqual(['ord_1 v1 cancelled', 'ord_1 v2 cancelled', 'ord_1 v3 pending', 'ord_2 v1 retrying']);
    receiver.script = answer(200);
    clock.advance(5_000);
    await resend(suite.database, destinations, clock);
    await enqueue(suite.database, destinations, clock, [orderEvent(1, 2, { dedupeKey: 'late' })]);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0 });
    expect(receiver.calls.filter(({ nth }) => nth === 1).map(({ body }) => body)).not.toContain(orderEvent(1, 2).payload);
    expect(await statesOf(suite.database)).toEqual(['ord_1 v1 cancelled', 'ord_1 v2 cancelled', 'ord_1 v2 cancelled', 'ord_1 v3 delivered', 'ord_2 v1 delivered']);
  });

  test('does not revive a version that a newer one has replaced', async () => {
    const receiver = await startReceiver(inTurn(answer(400), answer(200)));
    const destinations = crm(receiver.url);
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    await resend(suite.database, destinations, clock);
    await enqueue(suite.database, destinations, clock, [orderEvent(1, 2)]);
    receiver.script = answer(200);
    await resend(suite.database, destinations, clock);
    expect((await resend(suite.database, destinations, clock, { status: 'dead' })).totals).toMatchObject({ sent: 0, cancelled: 1 });
    expect(await statesOf(suite.database)).toEqual(['ord_1 v1 cancelled', 'ord_1 v2 delivered']);
  });

  test('sends a newer version after the older one that is on its way, not beside it', async () => {
    const receiver = await startReceiver();
    const destinations = crm(receiver.url);
    const clock = { now: () => instantOf(new Date().toISOString()) };
    const order: string[] = [];
    receiver.script = async (call, response) => {
      const { version } = JSON.parse(call.body) as { version: number };
      order.push(`begin ${version}`);
      if (version === 1) {
        await enqueue(suite.database, destinations, clock, [orderEvent(1, 2)]);
        await sleep(700);
      }
      order.push(`end ${version}`);
      response.end();
    };
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    await resend(suite.database, destinations, clock);
    expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
    expect(await statesOf(suite.database)).toEqual(['ord_1 v1 delivered', 'ord_1 v2 delivered']);
  });

  test('keeps no secret: not of headers, URL or what the receiver sends back', async () => {
    const receiver = await startReceiver((call, response) => void response.writeHead(500, { 'x-echo': String(call.headers.authorization), 'set-cookie': 'session=1' }).end(`you sent ${String(call.headers.authorization)} to ${call.path}`));
    const yaml = JSON.stringify({
      destinations: [
        {
          id: 'crm', mode: 'post', url: '${BASE}/in?token=${TOKEN}', kinds: ['order.assembled'], allow_private: true,
          headers: { Authorization: 'Bearer ${API}' }, secrets: ['${SECRET}'],
        },
      ],
    });
    const destinations = destinationsOf(yaml, { BASE: `${receiver.url}/hook-0815`, TOKEN: 't0ps3cret', API: 'k3y/of+crm', SECRET });
    await enqueue(suite.database, destinations, testClock(), [orderEvent(1)]);
    const report = await resend(suite.database, destinations, testClock());
    expect(receiver.calls[0]).toMatchObject({ path: '/hook-0815/in?token=t0ps3cret', headers: { authorization: 'Bearer k3y/of+crm' } });
    const stored = JSON.stringify([await storedAttempts(suite.database), await storedRelays(suite.database), report]);
    for (const secret of ['t0ps3cret', 'k3y/of+crm', SECRET.slice(6), 'hook-0815', 'session=1']) expect(stored).not.toContain(secret);
    expect(stored).toContain('[redacted]');
  });

  test('keeps the first 16 KiB of an answer', async () => {
    const receiver = await startReceiver(answer(400, 'é'.repeat(20_000)));
    const destinations = crm(receiver.url);
    await enqueue(suite.database, destinations, testClock(), [orderEvent(1)]);
    await resend(suite.database, destinations, testClock());
    const [attempt] = await storedAttempts(suite.database);
    expect(attempt).toMatchObject({ status: 400, error: null });
    expect(attempt?.response_body).toBe('é'.repeat(8_192));
  });

  test('refuses addresses of the own network unless the destination allows them', async () => {
    const receiver = await startReceiver();
    const destinations = [
      ...crm(receiver.url, { allow_private: false }, 'address'),
      ...crm(receiver.url.replace('127.0.0.1', 'localhost'), { allow_private: false }, 'name'),
      ...crm(receiver.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), { allow_private: false }, 'mapped'),
      ...crm(receiver.url.replace('127.0.0.1', '2130706433'), { allow_private: false }, 'number'),
    ];
    await enqueue(suite.database, destinations, testClock(), [orderEvent(1)]);
    expect((await resend(suite.database, destinations, testClock())).totals).toMatchObject({ retrying: 4 });
    for (const { reason } of await storedRelays(suite.database)) expect(reason).toMatch(/refused: it is loopback; allow_private: true would allow it/);
    expect(receiver.calls).toEqual([]);
  });
});

describeEachDatabase('the filters of resend-relays', (suite) => {
  beforeEach(() => suite.empty());

  test('choose by destination, kind, brand, time, id, state and number', async () => {
    const receiver = await startReceiver();
    const clock = testClock();
    const destinations = [...crm(receiver.url), ...crm(receiver.url, {}, 'other')];
    await enqueue(suite.database, destinations, clock, [orderEvent(1), orderEvent(2, 2), orderEvent(3, 1, { brand: 'belmont' })]);
    clock.advance(24 * 60 * MINUTE);
    await enqueue(suite.database, destinations, clock, [orderEvent(4)]);
    const sentWith = async (changes: Parameters<typeof resend>[3]): Promise<string[]> => {
      await suite.database.knex('relays').update({ state: 'pending', run_id: null, next_attempt_at: clock.now() });
      receiver.calls.length = 0;
      await resend(suite.database, destinations, clock, changes);
      return receiver.calls.map(({ body }) => (JSON.parse(body) as { order_id: string }).order_id).sort();
    };
    expect(await sentWith({ destinations: ['crm'] })).toEqual(['ord_1', 'ord_2', 'ord_3', 'ord_4']);
    expect(await sentWith({ destinations: ['crm'], kinds: ['order.changed'] })).toEqual(['ord_2']);
    expect(await sentWith({ destinations: ['crm'], brands: ['belmont', 'corvina'] })).toEqual(['ord_3']);
    expect(await sentWith({ destinations: ['crm'], range: { from: instantOf('2026-11-21 00:00:00'), until: instantOf('2026-11-22 00:00:00') } })).toEqual(['ord_4']);
    expect(await sentWith({ ids: [relayOf(1), relayOf(2, 2, 'other')] })).toEqual(['ord_1', 'ord_2']);
    expect(await sentWith({ limit: 3 })).toHaveLength(3);
    expect(await sentWith({ status: 'retrying' })).toEqual([]);
    expect(await sentWith({ status: 'pending', limit: 8 })).toHaveLength(8);
    const parts = [];
    for (const index of [1, 2, 3]) parts.push(...(await sentWith({ destinations: ['crm'], shard: parseShard(`${index}/3`) })));
    expect(parts.sort()).toEqual(['ord_1', 'ord_2', 'ord_3', 'ord_4']);
    await expect(resend(suite.database, destinations, clock, { destinations: ['crn'] })).rejects.toMatchObject({ kind: 'usage', code: 'unknown_destination' });
  });

  test('--force does not wait, but tries each relay once a run; a delivered one only if it is named', async () => {
    const receiver = await startReceiver(answer(500));
    const clock = testClock();
    const destinations = crm(receiver.url);
    await enqueue(suite.database, destinations, clock, [orderEvent(1), orderEvent(2)]);
    await resend(suite.database, destinations, clock);
    expect((await resend(suite.database, destinations, clock)).totals).toMatchObject({ sent: 0 });
    expect((await resend(suite.database, destinations, clock, { force: true })).totals).toMatchObject({ sent: 2, retrying: 2 });
    receiver.script = answer(200);
    expect((await resend(suite.database, destinations, clock, { force: true })).totals).toMatchObject({ delivered: 2 });
    expect((await resend(suite.database, destinations, clock, { force: true })).totals).toMatchObject({ sent: 0 });
    const unforced = await resend(suite.database, destinations, clock, { ids: [relayOf(1)] });
    expect(unforced.totals).toMatchObject({ sent: 0 });
    expect(unforced.warnings).toEqual([`${relayOf(1)}: not sent, it is delivered; --force sends it`]);
    for (const unknown of ['rel_unknown', 'rel_é']) {
      await expect(resend(suite.database, destinations, clock, { ids: [relayOf(1), unknown], force: true })).rejects.toMatchObject({
        kind: 'usage',
        code: 'relay_unknown',
        message: `There is no relay "${unknown}".`,
      });
    }
    expect((await resend(suite.database, destinations, clock, { ids: [relayOf(1)], force: true })).totals).toMatchObject({ delivered: 1 });
    expect(receiver.counts().get(relayOf(1))).toBe(4);
  });

  test('--dry-run says what would be sent and changes nothing', async () => {
    const receiver = await startReceiver(answer(503));
    const clock = testClock();
    const destinations = crm(receiver.url);
    await enqueue(suite.database, destinations, clock, [1, 2, 3].map((order) => orderEvent(order)));
    await resend(suite.database, destinations, clock, { limit: 1 });
    const everything = async (): Promise<unknown> => Promise.all(['relays', 'relay_attempts', 'job_runs', 'job_locks', 'destination_states'].map((table) => suite.database.read((knex) => knex(table))));
    const before = await everything();
    expect((await resend(suite.database, destinations, clock, { dryRun: true })).totals).toMatchObject({ sent: 2, waiting: 3 });
    expect((await resend(suite.database, destinations, clock, { dryRun: true, force: true })).totals).toMatchObject({ sent: 3 });
    expect((await resend(suite.database, destinations, clock, { dryRun: true, limit: 1 })).totals).toMatchObject({ sent: 1 });
    expect(await everything()).toEqual(before);
    expect(receiver.calls).toHaveLength(1);
  });
});


describeEachDatabase('a clock that jumps', (suite) => {
  beforeEach(() => suite.empty());

  test.each([2 * 60, -2 * 60])('by %i minutes in the middle of a delivery loses nothing and sends nothing twice', async (minutes) => {
    const clock = testClock();
    const receiver = await startReceiver(async (_call, response) => {
      await sleep(300);
      response.end();
    });
    const destinations = crm(receiver.url, { concurrency: 3 });
    await enqueue(suite.database, destinations, clock, Array.from({ length: 6 }, (_, order) => orderEvent(order)));
    const first = resend(suite.database, destinations, clock);
    while (receiver.calls.length < 3) await sleep(10);
    clock.advance(minutes * MINUTE);
    const [one, two] = await Promise.all([first, resend(suite.database, destinations, clock)]);
    const rest = await resend(suite.database, destinations, { now: () => instantOf('2026-11-20 09:00:00') });
    expect([one, two, rest].reduce((sum, report) => sum + Number(report.totals['delivered']), 0)).toBe(6);
    expect([...receiver.counts().values()]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(receiver.mostAtOnce()).toBe(1);
    expect((await storedRelays(suite.database)).every(({ state }) => state === 'delivered')).toBe(true);
  });
});

describeEachDatabase('several destinations', (suite) => {
  beforeEach(() => suite.empty());

  test('do not wait for one that does not answer', async () => {
    const silent = await startReceiver(() => undefined);
    const good = await startReceiver();
    const destinations = [...crm(silent.url, { timeout: '2s' }, 'silent'), ...[1, 2, 3].flatMap((n) => crm(good.url, {}, `good${n}`))];
    const clock = { now: () => instantOf(new Date().toISOString()) };
    await enqueue(suite.database, destinations, clock, Array.from({ length: 10 }, (_, order) => orderEvent(order)));
    const run = { ended: false };
    const sending = resend(suite.database, destinations, clock).finally(() => (run.ended = true));
    while (good.calls.length < 30 && !run.ended) await sleep(20);
    expect(run.ended).toBe(false);
    await sending;
    expect((await statesOf(suite.database)).filter((state) => state.endsWith('delivered'))).toHaveLength(30);
  });

  test('keep their rate over two workers, and their concurrency', async () => {
    let under = 0;
    let most = 0;
    const times: number[] = [];
    const receiver = await startReceiver(async (_call, response) => {
      times.push(Date.now());
      most = Math.max(most, ++under);
      await sleep(30);
      under--;
      response.end();
    });
    const destinations = crm(receiver.url, { requests_per_second: 20, concurrency: 2 });
    const clock = { now: () => instantOf(new Date().toISOString()) };
    await enqueue(suite.database, destinations, clock, Array.from({ length: 24 }, (_, order) => orderEvent(order)));
    const reports = await Promise.all([resend(suite.database, destinations, clock), resend(suite.database, destinations, clock)]);
    expect(reports.reduce((sum, report) => sum + Number(report.totals['delivered']), 0)).toBe(24);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(23 * 50 - 150);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('without their variables hold what is for them, and send it once they are set', async () => {
    const receiver = await startReceiver();
    const yaml = JSON.stringify({ destinations: [{ id: 'crm', mode: 'post', url: '${CRM_URL}', kinds: ['order.assembled'], allow_private: true }] });
    const unset = destinationsOf(yaml);
    const clock = testClock();
    await enqueue(suite.database, unset, clock, [orderEvent(1)]);
    const report = await resend(suite.database, unset, clock, { force: true });
    expect(report).toMatchObject({ status: 'succeeded', totals: { sent: 0, waiting: 1 }, warnings: ['crm: 1 waiting, CRM_URL is not set'] });
    expect((await resend(suite.database, destinationsOf(yaml, { CRM_URL: receiver.url }), clock)).totals).toMatchObject({ delivered: 1 });
  });

  test('by redirect only get their URL made; a macro that is required and missing ends the relay', async () => {
    const yaml = JSON.stringify({
      destinations: [{ id: 'network', mode: 'redirect', url: 'https://network.example/{click_id}?o={order_id}&v={version}', kinds: ['order.assembled'], required: ['click_id'] }],
    });
    expect(() => destinationsOf(yaml)).toThrow('{version} is no macro');
    const destinations = destinationsOf(yaml.replace('&v={version}', ''));
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1, 1, { payload: '{"order_id":"a&b","click_id":"c/1"}' }), orderEvent(2)]);
    const report = await resend(suite.database, destinations, clock);
    expect(report).toMatchObject({ status: 'refused', totals: { sent: 0, redirected: 1, dead: 1 } });
    const [one, two] = await storedRelays(suite.database);
    expect([one?.state, two?.state, two?.reason]).toEqual(['redirected', 'dead', 'click_id is required but missing']);
    expect(await storedAttempts(suite.database)).toEqual(expect.arrayContaining([expect.objectContaining({ outcome: 'redirected', method: 'REDIRECT', url: 'https://network.example/c%2F1?o=a%26b' })]));
  });
});

describeEachDatabase('bodies', (suite) => {
  beforeEach(() => suite.empty());

  test('are removed some days after a relay is done, with what its attempts sent and received', async () => {
    const receiver = await startReceiver(answer(200, 'thanks'));
    const destinations = crm(receiver.url);
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1)]);
    await resend(suite.database, destinations, clock);
    receiver.script = answer(503);
    await enqueue(suite.database, destinations, clock, [orderEvent(2)]);
    await resend(suite.database, destinations, clock);
    clock.advance(29 * 24 * 60 * MINUTE);
    await resend(suite.database, destinations, clock, { destinations: [], keepBodiesDays: 30 });
    expect((await storedRelays(suite.database)).map(({ payload }) => payload === null)).toEqual([false, false]);
    clock.advance(2 * 24 * 60 * MINUTE);
    await resend(suite.database, destinations, clock, { destinations: [], keepBodiesDays: 30 });
    expect((await storedRelays(suite.database)).map(({ state, payload }) => [state, payload === null])).toEqual([['delivered', true], ['retrying', false]]);
    expect((await storedAttempts(suite.database)).map((row) => [row.url, row.request_headers, row.response_body, row.has_body])).toEqual([[null, null, null, 0], [null, null, null, 0]]);
    const report = await resend(suite.database, destinations, clock, { ids: [relayOf(1)], force: true });
    expect(report.warnings).toEqual([`${relayOf(1)}: not sent, its body has been removed (delivered)`]);
  });

  test('of a person are erased, and what waits is cancelled', async () => {
    const receiver = await startReceiver(answer(503, 'echo'));
    const destinations = crm(receiver.url);
    const clock = testClock();
    await enqueue(suite.database, destinations, clock, [orderEvent(1), orderEvent(2)]);
    await resend(suite.database, destinations, clock);
    expect(await suite.database.write((tx) => eraseRelaysOf(tx, ['1'.padStart(32, '0')], clock.now()))).toBe(1);
    expect((await storedRelays(suite.database)).map(({ subject_id: id, state, payload }) => [id, state, payload === null])).toEqual([
      ['ord_1', 'cancelled', true],
      ['ord_2', 'retrying', false],
    ]);
    const bodies = new Map((await storedAttempts(suite.database)).map((row) => [row.relay_id, row.response_body]));
    expect([bodies.get(relayOf(1)), bodies.get(relayOf(2))]).toEqual([null, 'echo']);
  });
});
