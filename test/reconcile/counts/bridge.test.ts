import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Bridge, sumOf } from '../../../src/reconcile/counts/bridge.ts';
import { compareWithCrm, type DeliveryFact } from '../../../src/reconcile/counts/crm.ts';
import { compareWithEmail, customersOf } from '../../../src/reconcile/counts/email.ts';
import { markOf } from '../../../src/engine/stage/stage-marks.repository.ts';
import { reasons, type Reason } from '../../../src/reconcile/counts/reasons.ts';
import { compareWithBilling, countPersons, isCountedActive, saysActive, type ExportedVersion, type VersionFact } from '../../../src/reconcile/counts/subscriptions.ts';
import type { Instant, LocalDate } from '../../../src/core/time.ts';

const id = fc.integer({ min: 0, max: 20 }).map(String);
const instant = fc.option(fc.constantFrom('2020-01-01 00:00:00.000000' as Instant, '2026-03-01 00:00:00.000000' as Instant), { nil: null });
const version: fc.Arbitrary<VersionFact> = fc.record({
  id,
  account: fc.record({ accountId: id, personId: id, market: fc.constantFrom('AT', 'DE', null), hasEmail: fc.boolean(), isTest: fc.boolean(), createdOn: fc.constant(null) }),
  chainId: id,
  isLatest: fc.boolean(),
  status: fc.constantFrom('Active', 'Cancelled', 'Expired', 'Suspended', null),
  lifecycle: fc.constantFrom('active' as const, 'cancelled' as const, 'expired' as const, 'suspended' as const, 'activation' as const, undefined),
  storedLifecycle: fc.constantFrom('active', 'cancelled', null),
});
const exported: fc.Arbitrary<ExportedVersion> = fc.record({ id, accountId: fc.option(id, { nil: null }), status: fc.constantFrom('Active', 'Cancelled', 'Expired', 'Suspended', null), isDeleted: fc.boolean(), updated: fc.constant(null) });
const mapOf = <Value extends { readonly id: string }>(values: readonly Value[]): Map<string, Value> => new Map(values.map((value) => [value.id, value]));
const bridge = (): Bridge => new Bridge({ name: 'b', from: 'billing', to: 'hub' }, () => true);

/** from − removed + added = to, and each listed element has one reason. */
function expectToAddUp(made: Bridge, from: number, to: number): void {
  const sum = sumOf(made.counts);
  const total = (counts: ReadonlyMap<Reason, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
  expect([sum.from, sum.to]).toEqual([from, to]);
  expect(sum.from - total(sum.removed) + total(sum.added)).toBe(sum.to);
  expect(made.listed).toHaveLength(total(sum.removed) + total(sum.added));
  expect(made.listed.every(({ reason }) => reason in reasons)).toBe(true);
}

describe('the bridge from the export to hub', () => {
  test.each<[string, VersionFact['lifecycle'], Reason]>([
    ['Active', 'suspended', 'suspended_then'],
    ['Active', 'cancelled', 'cancellation_passed'],
    ['Active', 'expired', 'term_ended'],
    ['Active', 'activation', 'not_started'],
    ['Cancelled', 'active', 'cancelled_in_future'],
    ['Expired', 'active', 'expired_since'],
    ['Suspended', 'active', 'suspended_since'],
  ])('says of a version that billing calls %s and that is %s on the day: %3$s', (status, lifecycle, reason) => {
    const account = { accountId: 'a', personId: 'p', market: 'AT', hasEmail: true, isTest: false, createdOn: null };
    const made = bridge();
    const own = { id: 'v', account, chainId: 'c', isLatest: true, status, lifecycle, storedLifecycle: null };
    compareWithBilling(made, 'alpina', mapOf([{ id: 'v', accountId: 'a', status, isDeleted: false, updated: null }]), mapOf([own]), new Map(), () => false);
    expect(made.listed.map(({ reason: found }) => found)).toEqual([reason]);
  });
});

describe('a bridge adds up, whatever is on its sides', () => {
  test('from the export to hub, and on to persons', () => {
    fc.assert(
      fc.property(fc.array(exported), fc.array(version), (rows, facts) => {
        const [left, right] = [mapOf(rows), mapOf(facts)];
        const made = bridge();
        compareWithBilling(made, 'alpina', left, right, new Map(), (accountId) => accountId < 'm');
        const active = [...right.values()].filter(isCountedActive);
        expectToAddUp(made, [...left.values()].filter(saysActive).length, active.length);
        const persons = bridge();
        countPersons(persons, 'alpina', right.values());
        expectToAddUp(persons, active.length, new Set(active.map(({ account }) => account.personId)).size);
      }),
    );
  });

  test('from persons to the e-mail tool', () => {
    const subscriber = fc.record({ id, first_sent: instant, last_human_open: instant, last_human_click: instant, unsubscribed_at: instant, resubscribed_at: instant, unsubscribed_reason: fc.constantFrom('link', 'hard_bounce', null) });
    fc.assert(
      fc.property(fc.array(version), fc.array(subscriber), (facts, mailed) => {
        const versions = [...mapOf(facts).values()];
        const persons = countPersons(bridge(), 'alpina', versions);
        const customers = customersOf(versions.map(({ account }) => account), versions);
        const subscribers = new Map(mailed.map(({ id: personId, ...rest }) => [personId, { personId, ...rest }]));
        const made = bridge();
        compareWithEmail(made, { brand: 'alpina', persons, customers, subscribers, isElsewhere: () => false }, { asOf: '2026-04-01' as LocalDate, activeDays: 90 });
        expectToAddUp(made, persons.size, sumOf(made.counts).to);
        expect(made.listed.filter(({ reason }) => reason === 'unexplained')).toEqual([]);
      }),
    );
  });

  test('from hub to a CRM', () => {
    const delivery = fc.record({ delivered: fc.nat(2), newest: fc.nat(3), state: fc.constantFrom<DeliveryFact['state']>('delivered', 'waiting', 'failed') });
    fc.assert(
      fc.property(fc.array(version), fc.array(id), fc.array(fc.tuple(id, delivery)), fc.array(fc.tuple(id, fc.nat(3))), fc.boolean(), (facts, active, deliveries, orders, pending) => {
        const subscriptions = mapOf(facts);
        const made = bridge();
        compareWithCrm(made, {
          brand: 'alpina',
          subscriptions,
          orders: new Map(orders.map(([chain, own]) => [chain, { publicId: chain, version: own }])),
          deliveries: new Map(deliveries),
          active: new Map(active.map((own) => [own, own])),
          isPending: () => pending,
        });
        expectToAddUp(made, [...subscriptions.values()].filter(isCountedActive).length, new Set(active).size);
      }),
    );
  });
});

test('a stage with shards has come as far as the slowest of a complete set', () => {
  expect(markOf([['1/1', 7]])).toBe(7);
  expect(markOf([['1/2', 9], ['2/2', 4]])).toBe(4);
  expect(markOf([['1/2', 9]])).toBeUndefined();
  expect(markOf([['1/1', 2], ['1/2', 9], ['2/2', 8]])).toBe(8);
});
