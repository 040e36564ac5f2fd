import { expect, test } from '@jest/globals';

import { haltOf } from '../../src/relays/describe.ts';
import type { Destination } from '../../src/relays/destinations/destination.ts';
import { healthy } from '../../src/relays/destinations/health.ts';
import { givenUpProblems, haltProblems, unsentProblem } from '../../src/relays/resend-problems.ts';
import { instantOf } from '../support/suite/clock.ts';
import { crm } from '../support/stages/relays.ts';

const now = instantOf('2026-11-20 05:00:00');
const later = instantOf('2026-11-20 06:00:00');

test('what keeps a destination from being sent to has a code and what helps', () => {
  const [ready] = crm('https://crm.example/') as [Destination];
  const broken = { id: 'crm', enabled: true, kinds: ready.kinds, brands: undefined, problem: 'd.yaml:3: it is wrong' };
  expect(haltOf(ready, healthy, now)).toBeUndefined();
  const found = [
    haltOf({ ...ready, enabled: false }, healthy, now),
    haltOf(broken, healthy, now),
    haltOf({ ...ready, missing: ['CRM_URL'] }, healthy, now),
    haltOf(ready, { ...healthy, disabledAt: now, disabledReason: 'it answered 410 Gone' }, now),
    haltOf(ready, { ...healthy, pausedUntil: later, failures: 10 }, now),
    haltOf(ready, { ...healthy, heldUntil: later }, now),
  ];
  expect(found.map((halt) => [halt?.code, halt?.why])).toEqual([
    ['destination_off', 'switched off in destinations.yaml'],
    ['destination_invalid', 'cannot be used: d.yaml:3: it is wrong'],
    ['destination_not_set', 'CRM_URL is not set'],
    ['destination_disabled', 'disabled: it answered 410 Gone at 2026-11-20T05:00:00.000Z (hub relays enable crm)'],
    ['destination_paused', 'paused until 2026-11-20T06:00:00.000Z after 10 failures in a row'],
    ['destination_held', 'held until 2026-11-20T06:00:00.000Z, as it asked for (Retry-After)'],
  ]);
  expect(found[3]?.next).toContain('hub relays enable crm');
});

test('a halted destination is told if something waits for it or its declaration is wrong', () => {
  const halt = { code: 'destination_paused', why: 'paused', next: 'Wait.' } as const;
  const destinations = [
    { id: 'a', halt, waiting: 2, isBroken: false },
    { id: 'b', halt, waiting: 0, isBroken: false },
    { id: 'c', halt, waiting: 0, isBroken: true },
    { id: 'd', halt: undefined, waiting: 3, isBroken: false },
  ];
  expect(haltProblems(destinations)).toEqual([
    { code: 'destination_paused', message: 'a: 2 waiting, paused', next: 'Wait.' },
    { code: 'destination_paused', message: 'c: 0 waiting, paused', next: 'Wait.' },
  ]);
});

test('relays that were given up are told by destination, with where to look', () => {
  expect(givenUpProblems([{ id: 'crm', relays: 1 }, { id: 'ads', relays: 0 }, { id: 'leads', relays: 1_200 }])).toEqual([
    { code: 'relay_given_up', message: 'crm: 1 relay was given up', next: 'hub relays list --status dead --destination crm' },
    { code: 'relay_given_up', message: 'leads: 1,200 relays were given up', next: 'hub relays list --status dead --destination leads' },
  ]);
});

test('a relay that was named and not sent says why, and what would send it', () => {
  expect([
    unsentProblem('rel_1', undefined, false),
    unsentProblem('rel_1', { state: 'delivered', has_body: 0 }, false),
    unsentProblem('rel_1', { state: 'delivered', has_body: 1 }, false),
    unsentProblem('rel_1', { state: 'cancelled', has_body: 1 }, false),
    unsentProblem('rel_1', { state: 'in_flight', has_body: 1 }, true),
  ]).toEqual([
    { code: 'relay_unknown', message: 'rel_1: there is no such relay', next: 'hub relays list' },
    { code: 'relay_without_body', message: 'rel_1: not sent, its body has been removed (delivered)', next: 'hub relays show rel_1' },
    { code: 'relay_not_sent', message: 'rel_1: not sent, it is delivered; --force sends it', next: 'hub resend-relays --id rel_1 --force' },
    { code: 'relay_not_sent', message: 'rel_1: not sent, it is cancelled', next: 'hub relays show rel_1' },
    { code: 'relay_not_sent', message: 'rel_1: not sent, it is in_flight', next: 'hub relays show rel_1' },
  ]);
});
