import { expect, test } from '@jest/globals';

import { judgeAccount } from '../../../src/enriched/decide/enrich-account.ts';
import { countOrphans } from '../../../src/enriched/decide/orphans.ts';
import { emptyFacts, type AccountFacts } from '../../../src/enriched/facts/facts.ts';
import { Notes } from '../../../src/enriched/facts/notes.ts';
import { indexOf } from '../../../src/enriched/facts/person-index.ts';
import { shippedRules } from '../rules/shipped-rules.ts';
import { accountFacts, catalogRowOf, rowOf, setupOf } from './person.ts';

function orphansOf(facts: AccountFacts, ...neighbours: readonly AccountFacts[]): Record<string, number> {
  const [own, ...others] = [facts, ...neighbours].map((account) => judgeAccount(shippedRules, account));
  if (own === undefined) throw new Error('no account');
  const notes = new Notes();
  countOrphans(setupOf(catalogRowOf({ source_id: 'k1' })), indexOf([own, ...others]), [own], notes);
  return Object.fromEntries(notes.orphans);
}

test('a reference to a record that is not there is counted by its column, an empty one is none', () => {
  const lines = ['i1', 'i8', 'i9', null].map((invoice, i) => rowOf('invoice_item', { source_id: `l${i}`, invoice_id: invoice }));
  expect(orphansOf(accountFacts({ invoice: [rowOf('invoice', { source_id: 'i1' })], invoice_item: lines }))).toEqual({ 'invoice_item.invoice_id': 2 });
});

test('a charge of a product that the catalog does not have is an orphan', () => {
  const charges = ['k1', 'k2'].map((product) => rowOf('rate_plan_charge', { source_id: product, product_rate_plan_charge_id: product }));
  expect(orphansOf(accountFacts({ rate_plan_charge: charges }))).toEqual({ 'rate_plan_charge.product_rate_plan_charge_id': 1 });
});

test('an account that only its rows name is one, and so is its contact that is missing', () => {
  expect(orphansOf({ ...emptyFacts('alpina', 'a1'), invoice: [rowOf('invoice', { source_id: 'i1' })] })).toEqual({ 'account.source_id': 1 });
  expect(orphansOf(accountFacts({ contact: [] }))).toEqual({ 'account.bill_to_id': 1 });
});

test('what a neighbour has is there, of the same brand only', () => {
  const facts = accountFacts({ subscription: [rowOf('subscription', { source_id: 's1', invoice_owner_id: 'a2' })] });
  const payer = { ...accountFacts({ account: [rowOf('account', { source_id: 'a2' })] }), accountId: 'a2' };
  expect([orphansOf(facts, payer), orphansOf(facts, { ...payer, brand: 'belmont' })]).toEqual([{}, { 'subscription.invoice_owner_id': 1 }]);
});
