import { describe, expect, test } from '@jest/globals';

import type { LeadFact } from '../../../src/leads/steps/relays.ts';
import { isMessage, messagesOf } from '../../../src/relays/leads/messages.ts';
import { destinationsOf } from '../../support/stages/relays.ts';
import { instantOf } from '../../support/suite/clock.ts';

const POSTBACK = { destination: 'net', on: ['created' as const], payout: '4.50', currency: 'EUR' };
const FACT: LeadFact = {
  ...{ brand: 'alpina', leadId: 'lead_1', personId: 'p1', received: instantOf('2026-03-10T12:00:00.000Z'), outcome: 'created', reason: null },
  ...{ theme: 'detox', product: null, partner: 'acme', isThroughPartner: false },
  values: { email: 'anna@mail.ch', topics: ['Sleep', 'Skin'], optin: true },
  own: { lead_id: 'lead_1', brand: 'brd_1', partner: 'par_1', click_id: '9007199254740993123', sub1: 'a', utm_source: 'mail' },
  postback: POSTBACK,
};
const NET = destinationsOf('destinations: [{ id: net, mode: get, url: "https://n.example/?c={click_id}", kinds: [conversion], brands: [alpina] }]');

function destinations(leads: string, more = '') {
  return destinationsOf(`destinations:
  - { id: partner, mode: post, url: "https://p.example/", kinds: [lead.created], leads: ${leads}${more} }
  - { id: files-only, mode: post, url: "https://f.example/", kinds: [lead.created] }
  - { id: net, mode: get, url: "https://n.example/?c={click_id}", kinds: [conversion], brands: [alpina] }
`);
}

/** What each destination is told, or why not. */
function told(fact: Partial<LeadFact>, leads = '{}', more = ''): Record<string, unknown> {
  return Object.fromEntries(messagesOf({ ...FACT, ...fact }, destinations(leads, more)).map((each) => [each.destination, isMessage(each) ? (JSON.parse(each.payload) as unknown) : each.reason]));
}

describe('what destinations are told of a lead', () => {
  test('is its fields and what it is about, and for the network the click, the payout and the id of the lead', () => {
    expect(told({})).toEqual({
      partner: { email: 'anna@mail.ch', topics: ['Sleep', 'Skin'], optin: true, lead_id: 'lead_1', brand: 'brd_1', partner: 'par_1', click_id: '9007199254740993123', sub1: 'a' },
      net: { click_id: '9007199254740993123', payout: '4.50', currency: 'EUR', order_id: 'lead_1', sub1: 'a' },
    });
  });

  test('is only what it names, by its own names, what hub knows before what a form calls so', () => {
    expect(told({}, '{ fields: { mail: email, source: utm_source, id: lead_id, nothing: gclid } }').partner).toEqual({ mail: 'anna@mail.ch', source: 'mail', id: 'lead_1' });
  });

  test.each([
    ['brand', {}, '{ brands: [belmont] }'],
    ['theme', {}, '{ themes: [quiz] }'],
    ['product', {}, '{ products: [zinc] }'],
    ['partner', {}, '{ partners: [bolt] }'],
    ['partner', { partner: null, postback: null }, '{ partners: [acme] }'],
    ['outcome', { outcome: 'duplicate', reason: 'known_contact' }, '{}'],
    ['resubmitted', { outcome: 'duplicate', reason: 'resubmitted' }, '{ outcomes: [duplicate] }'],
  ] as const)('is nothing where its %s is not chosen: %j %s', (reason, fact, leads) => {
    expect(told(fact, leads).partner).toBe(reason);
  });

  test('is nothing at the destination of another brand, and at one that is switched off', () => {
    expect(told({}, '{}', ', brands: [belmont]').partner).toBe('brand');
    expect(told({}, '{}', ', enabled: false').partner).toBe('switched_off');
    expect(told({ brand: 'belmont' }).net).toBe('brand');
  });

  test('goes to the network only for the outcomes of its postback, and only if the network is a destination of conversions', () => {
    expect(told({ outcome: 'restored' }).net).toBe('outcome');
    expect(told({ outcome: 'duplicate', reason: 'resubmitted', postback: { ...POSTBACK, on: ['duplicate'] } }).net).toBe('resubmitted');
    expect(told({ postback: { ...POSTBACK, destination: 'partner' } }).partner).toBe('no_destination');
    expect(messagesOf({ ...FACT, postback: null }, NET)).toEqual([]);
  });

  test('is nothing more where the browser was there itself, whatever the outcome', () => {
    const through = { isThroughPartner: true, outcome: 'duplicate', reason: 'known_contact' } as const;
    expect(messagesOf({ ...FACT, ...through }, NET)).toEqual([expect.objectContaining({ destination: 'net', kind: 'conversion', isRedirected: true })]);
    expect(messagesOf({ ...FACT, ...through, postback: null }, NET)).toEqual([expect.objectContaining({ destination: 'via:acme', isRedirected: true })]);
  });
});
