import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { judgeCharges, type JudgedCharge } from '../../../src/enriched/decide/enrich-charges.ts';
import { isRecurring, nextDate, openChains, type Chains } from '../../../src/enriched/decide/enrich-chains.ts';
import type { Fact } from '../../../src/enriched/facts/facts.ts';
import { Money } from '../../../src/enriched/facts/money-reader.ts';
import { accountFacts, indexed, rowOf, setupOf } from './person.ts';

const version = (id: string, values: Partial<Fact<'subscription'>> = {}): Fact<'subscription'> => rowOf('subscription', { source_id: id, original_id: 's1', version: '1', status: 'Active', ...values });
const plan = (id: string, subscription: string, values: Partial<Fact<'rate_plan'>> = {}): Fact<'rate_plan'> => rowOf('rate_plan', { source_id: id, subscription_id: subscription, product_id: 'tea', ...values });
const charge = (id: string, planId: string, values: Partial<Fact<'rate_plan_charge'>> = {}): Fact<'rate_plan_charge'> => rowOf('rate_plan_charge', { source_id: id, rate_plan_id: planId, charge_type: 'Recurring', ...values });

function open(subscription: Fact<'subscription'>[], plans: Fact<'rate_plan'>[] = [], charges: Fact<'rate_plan_charge'>[] = []): Chains {
  const index = indexed(accountFacts({ subscription, rate_plan: plans, rate_plan_charge: charges }));
  return openChains(setupOf(), index, judgeCharges(setupOf(), index, new Money()));
}
const plansOf = ({ opened }: Chains): unknown[] => opened.map(({ plans, charges }) => [plans.map(({ id }) => id), charges.map(({ held }) => held.id)]);

describe('the plans of a chain', () => {
  const versions = [version('s1', { version: '1' }), version('s2', { version: '2', previous_subscription_id: 's1' })];

  test('are those of the latest version that no amendment took away, with their charges', () => {
    const plans = [plan('p1', 's1'), plan('p2', 's2', { amendment_type: 'RemoveProduct' }), plan('p3', 's2', { amendment_type: 'NewProduct' })];
    expect(plansOf(open(versions, plans, [charge('c1', 'p1'), charge('c2', 'p2'), charge('c3', 'p3')]))).toEqual([[['p3'], ['c3']]]);
  });

  test('are all of the latest version where none is current', () => {
    expect(plansOf(open(versions, [plan('p2', 's2', { amendment_type: 'RemoveProduct' })], [charge('c2', 'p2')]))).toEqual([[['p2'], ['c2']]]);
  });
});

test('a version is found in its chain, with its number', () => {
  const { ofVersion } = open([version('s1', { version: '0' }), version('s2', { version: '1', previous_subscription_id: 's1' })]);
  const opened = ofVersion.get('alpina\ns2');
  expect([opened?.chain.id, opened?.numbers.get('s2')]).toEqual(['s1', 2]);
});

test('a chain replaces the one of its product that ended within 30 days, a draft none', () => {
  const related = (status: string): unknown =>
    open(
      [version('s1', { status: 'Cancelled', subscription_start_date: '2026-01-01', cancelled_date: '2026-03-01' }), version('n1', { original_id: 'n1', status, subscription_start_date: '2026-03-31' })],
      [plan('p1', 's1'), plan('p2', 'n1')],
    ).relations.replacements.map(({ oldChainId, newChainId, days }) => [oldChainId, newChainId, days]);
  expect([related('Active'), related('Draft')]).toEqual([[['s1', 'n1', 30]], []]);
});

test.each([['Recurring', 'subscription', true], ['Usage', 'trial', true], ['OneTime', 'product', false], ['Recurring', 'discount', false], [null, 'unclassified', false]])('a charge of type %j and category %s is billed again and again: %s', (chargeType, value, expected) => {
  expect(isRecurring({ chargeType, category: { value } } as JudgedCharge)).toBe(expected);
});

test('the next date is the first one after the day of an end, a start, or a period of a charge', () => {
  const next = (values: Partial<Fact<'subscription'>>, period: Partial<Fact<'rate_plan_charge'>> = {}): unknown =>
    open([version('s1', values)], [plan('p1', 's1')], [charge('c1', 'p1', period)]).opened.map((opened) => nextDate(opened, '2026-06-15' as LocalDate));
  expect(next({ term_end_date: '2027-01-01', cancelled_date: '2026-06-16' }, { effective_end_date: '2026-07-01' })).toEqual(['2026-06-16']);
  expect(next({ term_end_date: '2027-01-01' }, { effective_end_date: '2026-07-01' })).toEqual(['2026-07-01']);
  expect(next({ term_end_date: '2026-06-15' })).toEqual([null]);
});
