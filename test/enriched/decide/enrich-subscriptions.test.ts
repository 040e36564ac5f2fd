import { expect, test } from '@jest/globals';

import type { EnrichedRecords } from '../../../src/enriched/records/enriched-tables.ts';
import { judgeCharges } from '../../../src/enriched/decide/enrich-charges.ts';
import { openChains } from '../../../src/enriched/decide/enrich-chains.ts';
import { judgeLine } from '../../../src/enriched/decide/enrich-lines.ts';
import { SubscriptionWriter } from '../../../src/enriched/decide/enrich-subscriptions.ts';
import type { AccountFacts, Fact } from '../../../src/enriched/facts/facts.ts';
import { Money } from '../../../src/enriched/facts/money-reader.ts';
import { accountFacts, indexed, rowOf, setupOf } from './person.ts';

const version = (id: string, values: Partial<Fact<'subscription'>> = {}): Fact<'subscription'> =>
  rowOf('subscription', { source_id: id, original_id: 's1', version: '1', status: 'Active', term_type: 'EVERGREEN', subscription_start_date: '2026-01-01', ...values });
const plan = (id: string, name: string): Fact<'rate_plan'> => rowOf('rate_plan', { source_id: id, subscription_id: 's1', product_id: id, name });
const charge = (id: string, planId: string, values: Partial<Fact<'rate_plan_charge'>> = {}): Fact<'rate_plan_charge'> =>
  rowOf('rate_plan_charge', { source_id: id, rate_plan_id: planId, charge_type: 'Recurring', charge_model: 'Flat Fee Pricing', billing_period: 'Month', price: '9.9', ...values });

function recordsOf(facts: Partial<AccountFacts>, ...neighbours: readonly AccountFacts[]): EnrichedRecords['subscriptions'] {
  const setup = setupOf();
  const index = indexed(accountFacts(facts), ...neighbours);
  const charges = judgeCharges(setup, index, new Money());
  const lines = index.lines.all.map((held) => judgeLine(setup, index, charges, held, new Money()));
  const writer = new SubscriptionWriter(setup, index, openChains(setup, index, charges), lines);
  return index.subscriptions.all.filter(({ owner }) => owner.facts.accountId === 'a1').map((held) => writer.record(held));
}

test('a superseded version, which the platform calls expired, has no class, lifecycle or step', () => {
  const [first, latest] = recordsOf({
    subscription: [version('s1', { status: 'Expired' }), version('s2', { version: '2', previous_subscription_id: 's1' })],
    rate_plan: [{ ...plan('p1', 'FE | Tea'), subscription_id: 's2' }],
    rate_plan_charge: [charge('c1', 'p1')],
  });
  expect(first).toMatchObject({ chain_id: 's1', version: 1, is_latest: false, class: null, lifecycle: null, funnel_step: null, is_active: false });
  expect(latest).toMatchObject({ chain_id: 's1', version: 2, is_latest: true, class: 'standard', lifecycle: 'active', funnel_step: 'frontend', is_active: true });
});

test('the step is that of the plan that is billed again and again, else of the dearest', () => {
  const stepOf = (type: string): unknown =>
    recordsOf({ subscription: [version('s1')], rate_plan: [plan('p1', 'OB | Mug'), plan('p2', 'FE | Tea')], rate_plan_charge: [charge('c1', 'p1', { charge_type: 'OneTime', price: '50' }), charge('c2', 'p2', { charge_type: type })] })[0]?.funnel_step;
  expect([stepOf('Recurring'), stepOf('OneTime')]).toEqual(['frontend', 'order_bump']);
});

test('a subscription that another person pays for is a gift, one that the same person pays for is none', () => {
  const payer = (email: string): AccountFacts => ({
    ...accountFacts({ account: [rowOf('account', { source_id: 'a2', bill_to_id: 'k2' })], contact: [rowOf('contact', { source_id: 'k2', work_email: email })] }), accountId: 'a2',
  });
  const classOf = (email: string): unknown => recordsOf({ subscription: [version('s1', { invoice_owner_id: 'a2' })], rate_plan: [plan('p1', 'FE | Tea')], rate_plan_charge: [charge('c1', 'p1')] }, payer(email))[0]?.class;
  expect([classOf('berta@mail.invalid'), classOf('ANNA@mail.invalid')]).toEqual(['gift', 'standard']);
});

test('a trial is one until a paid period is on a posted invoice', () => {
  const classOf = (status: string): unknown =>
    recordsOf({
      subscription: [version('s1')], rate_plan: [plan('p1', 'Tea')], rate_plan_charge: [charge('c1', 'p1', { name: 'Trial' }), charge('c2', 'p9')],
      invoice: [rowOf('invoice', { source_id: 'i1', status })],
      invoice_item: [rowOf('invoice_item', { source_id: 'l1', invoice_id: 'i1', subscription_id: 's1', rate_plan_charge_id: 'c2', charge_name: 'Tea monthly', charge_amount: '9.9' })],
    })[0]?.class;
  expect([classOf('Draft'), classOf('Posted')]).toEqual(['trial', 'standard']);
});

test('a chain that comes after one that had ended is a winback, unless it replaces that one', () => {
  const classes = (start: string): unknown[] =>
    recordsOf({
      subscription: [version('s1', { status: 'Cancelled', cancelled_date: '2026-02-01' }), version('n1', { original_id: 'n1', subscription_start_date: start })],
      rate_plan: [plan('tea', 'Tea'), { ...plan('tea2', 'Tea'), subscription_id: 'n1', product_id: 'tea' }],
      rate_plan_charge: [charge('c1', 'tea'), charge('c2', 'tea2')],
    }).map((record) => [record.source_id, record.class, record.replaces_chain_id, record.winback_of_chain_id]);
  expect(classes('2026-05-01')[0]).toEqual(['n1', 'winback', null, 's1']);
  expect(classes('2026-02-10')[0]).toEqual(['n1', 'standard', 's1', null]);
});
