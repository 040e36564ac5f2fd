import { expect, test } from '@jest/globals';

import { enrichPerson, noRecords } from '../../../src/enriched/decide/enrich-person.ts';
import type { AccountFacts } from '../../../src/enriched/facts/facts.ts';
import { Notes } from '../../../src/enriched/facts/notes.ts';
import type { EnrichedRecords } from '../../../src/enriched/records/enriched-tables.ts';
import { accountFacts, rowOf, setupOf } from './person.ts';

function enriched(account: AccountFacts, ...neighbours: readonly AccountFacts[]): { records: EnrichedRecords; notes: Notes } {
  const [records, notes] = [noRecords(), new Notes()];
  enrichPerson(setupOf(), { accounts: [account], neighbours }, records, notes);
  return { records, notes };
}
const facts = accountFacts({
  subscription: [rowOf('subscription', { source_id: 's1', original_id: 's1', version: '1', status: 'Active', subscription_start_date: '2026-01-01' })],
  rate_plan: [rowOf('rate_plan', { source_id: 'p1', subscription_id: 's1', name: 'Tea' })],
  rate_plan_charge: [rowOf('rate_plan_charge', { source_id: 'c1', rate_plan_id: 'p1', name: 'Tea', charge_type: 'Recurring', price: '10' }), rowOf('rate_plan_charge', { source_id: 'c2', name: 'Lost', price: 'x' })],
  invoice: [rowOf('invoice', { source_id: 'i2', amount: '20' }), rowOf('invoice', { source_id: 'i1', amount: '10' })],
  invoice_item: [rowOf('invoice_item', { source_id: 'l1', invoice_id: 'i1', subscription_id: 's1', charge_amount: '10' }), rowOf('invoice_item', { source_id: 'l2', invoice_id: 'i9', subscription_id: 's9', charge_amount: '10' })],
});

test('a charge and a line are told the chain of their version, and what has none is kept without', () => {
  const { records } = enriched(facts);
  expect(records.charges.map((each) => [each.source_id, each.chain_id, each.is_current])).toEqual([['c1', 's1', true], ['c2', null, false]]);
  expect(records.invoice_lines.map((each) => [each.source_id, each.chain_id])).toEqual([['l1', 's1'], ['l2', null]]);
});

test('what was found wrong is counted: references to nothing, and what has no class', () => {
  const { notes } = enriched(facts);
  expect(Object.fromEntries(notes.orphans)).toEqual({ 'invoice_item.invoice_id': 1, 'invoice_item.subscription_id': 1 });
  expect(notes.counts.get('alpina\tcharge_category\tsubscription')).toBe(1);
  expect([...notes.unclassified.keys()]).toContain('alpina\tfunnel_step\tTea');
});

test('neighbours are read and not written', () => {
  const neighbour = { ...facts, accountId: 'a2', subscription: facts.subscription.map((row) => ({ ...row, source_id: 's2', version: '2', previous_subscription_id: 's1' })), rate_plan: [], rate_plan_charge: [], invoice_item: [] };
  const { records } = enriched({ ...facts, rate_plan_charge: facts.rate_plan_charge.slice(0, 1) }, neighbour);
  expect([records.accounts.length, records.subscriptions.map((each) => [each.source_id, each.is_latest])]).toEqual([1, [['s1', false]]]);
});

test('the order of the rows makes no difference', () => {
  const turned = Object.fromEntries(Object.entries(facts).map(([name, rows]) => [name, Array.isArray(rows) ? [...rows].reverse() : rows])) as unknown as AccountFacts;
  expect(enriched(turned).records).toEqual(enriched(facts).records);
});
