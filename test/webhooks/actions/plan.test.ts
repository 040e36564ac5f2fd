import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { planAction } from '../../../src/webhooks/actions/plan.ts';
import { webhookIdOf, type WebhookEvent } from '../../../src/webhooks/actions/event.ts';
import { sourcesOf, SOURCES_TEXT } from '../intake/intake.ts';
import { instantOf } from '../../support/suite/clock.ts';

const RECEIVED = instantOf('2026-03-10T12:00:00.000Z');
const setup = { forms: { version: 'v1', forms: [{ id: 'f1', brand: 'alpina' }] }, userHash: (brand: string, id: string) => `usr_${brand}_${id}` };

function event(type: string | null, body: string | Buffer): WebhookEvent {
  return { webhookId: webhookIdOf('stripe-alpina', 'evt_1'), source: 'stripe-alpina', brand: 'alpina', eventId: 'evt_1', type, receivedAt: RECEIVED, body: Buffer.from(body) };
}
const plan = (type: string | null, body: unknown, text = SOURCES_TEXT) => planAction(event(type, typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)), sourcesOf(text).sources[0], setup);

describe('an event', () => {
  test.each([
    ['charge.refunded', { data: { object: { id: 'ch_1' } } }, { kind: 'hint', hint: { object: 'charge', objectId: 'ch_1' } }],
    ['charge.refunded', '{"data":{"object":{"id":820982911946154508}}}', { kind: 'hint', hint: { object: 'charge', objectId: '820982911946154508' } }],
    ['charge.refunded', { data: { object: { id: null } } }, { kind: 'dead', reason: 'no_object' }],
    ['charge.refunded', { data: { object: { id: 'a b' } } }, { kind: 'dead', reason: 'no_object' }],
    ['charge.refunded', [], { kind: 'dead', reason: 'no_object' }],
    ['charge.refunded', 'oops', { kind: 'dead', reason: 'unreadable' }],
    ['charge.refunded', { livemode: false }, { kind: 'ignored', reason: 'test_mode' }],
    ['noise.a', {}, { kind: 'ignored', reason: 'by_rule' }],
    ['ping', {}, { kind: 'ignored', reason: 'ping' }],
    [null, {}, { kind: 'ignored', reason: 'no_action' }],
    ['form.gone', { data: { email: 'a@b.ch' } }, { kind: 'dead', reason: 'unknown_form' }],
    ['form.sent', { data: { email: {} } }, { kind: 'dead', reason: 'no_fields' }],
  ])('of type %s with %j is planned as %j', (type, body, expected) => {
    expect(plan(type, body)).toEqual(expected);
  });

  test('of a source that is not declared is dead', () => {
    expect(planAction(event('charge.x', '{}'), undefined, setup)).toEqual({ kind: 'dead', reason: 'unknown_source' });
  });

  test('that is no JSON is nothing to a source whose headers say all, unless an action reads it', () => {
    const github = 'sources:\n  - { id: stripe-alpina, brand: alpina, scheme: github, secrets: ["${SECRET}"], actions: [{ type: push, hint: { object: ref, id: /ref } }] }\n';
    expect([plan('star', 'payload=x', github), plan('push', 'payload=x', github)]).toEqual([{ kind: 'ignored', reason: 'no_action' }, { kind: 'dead', reason: 'unreadable' }]);
  });
});

describe('an answer to a purpose', () => {
  const entry = (data: object, type = 'contact.unsubscribed') => plan(type, { data });

  test.each([
    [1_773_100_800, '2026-03-10 00:00:00.000000'],
    [1_773_100_800_000, '2026-03-10 00:00:00.000000'],
    ['2026-03-10T01:00:00+01:00', '2026-03-10 00:00:00.000000'],
    // The future would be in force for ever.
    ['2031-01-01T00:00:00Z', '2026-03-10 12:00:00.000000'],
  ])('at %j counts from %s', (at, expected) => {
    expect(entry({ email: '"Anna" <Anna@mail.ch>', at })).toMatchObject({ kind: 'consent', emailSha256: sha256Hex('anna@mail.ch'), entry: { purpose: 'marketing_email', granted: false, at: expected } });
  });

  test.each(['yesterday', null, -1, true])('at %j is of no time', (at) => {
    expect(entry({ email: 'a@b.ch', at })).toEqual({ kind: 'dead', reason: 'no_time' });
  });

  test.each([['yes', true], [true, true], [1, true], ['Denied', false], [0, false]])('of %j is %j', (answer, granted) => {
    expect(entry({ email: 'a@b.ch', answer }, 'contact.answered')).toMatchObject({ kind: 'consent', entry: { granted, at: RECEIVED }, text: 'v1' });
  });

  test.each(['maybe', 2, null, {}])('of %j is none', (answer) => {
    expect(entry({ email: 'a@b.ch', answer }, 'contact.answered')).toEqual({ kind: 'dead', reason: 'no_answer' });
  });
});

describe('a tracked event', () => {
  const tracked = (body: object) => plan('plan.changed', body, SOURCES_TEXT.replace('actions:', 'actions:\n      - { type: plan.*, event: { name: plan_changed, properties: /data, consent: /agreed, email: /data/email, at: /at } }'));

  test('is made with consent alone, without personal data, its person by hash', () => {
    const planned = tracked({ agreed: 'granted', at: '2026-03-10T01:00:00+01:00', data: { email: 'Anna@mail.ch', user_id: 'u-17', plan: 'pro', note: 'call +41 79 123 45 67' } });
    expect(planned).toMatchObject({ kind: 'event', record: { event_id: webhookIdOf('stripe-alpina', 'evt_1'), source: 'stripe-alpina', key: null, name: 'plan_changed', occurred_at: '2026-03-10T00:00:00.000Z', email_sha256: sha256Hex('anna@mail.ch'), scrubbed: 3, properties: { user_id: 'usr_alpina_u-17', plan: 'pro', note: 'call [phone]' } } });
    expect(JSON.stringify(planned)).not.toContain('mail.ch');
  });

  test.each<[object, object]>([
    [{ data: {} }, { kind: 'ignored', reason: 'no_consent' }],
    [{ agreed: 'denied', data: {} }, { kind: 'ignored', reason: 'no_consent' }],
    [{ agreed: true, data: [] }, { kind: 'dead', reason: 'no_properties' }],
    [{ agreed: true, data: {}, at: 'yesterday' }, { kind: 'dead', reason: 'no_time' }],
  ])('of %j is %j', (body, expected) => {
    expect(tracked(body)).toEqual(expected);
  });
});
