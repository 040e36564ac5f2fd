import { accountTables, factColumns, type AccountFacts, type FactOf, type FactTable, type PersonFacts } from '../../../src/orders/facts/facts.ts';

/** A record of an enriched table of which only the given columns hold anything. */
export function factOf<Name extends FactTable>(name: Name, values: Partial<FactOf<Name>>): FactOf<Name> {
  const empty = Object.fromEntries(factColumns[name].map((column) => [column, null]));
  return { ...empty, ...values } as FactOf<Name>;
}

/** A person with one account and one subscription of one product, and what else a test gives the account. */
export function personFacts(facts: Partial<AccountFacts> = {}): PersonFacts {
  const lists = Object.fromEntries(accountTables.map((name) => [name, []])) as unknown as Omit<AccountFacts, 'brand' | 'account'>;
  const account = factOf('accounts', { account_id: 'account-1', currency: 'EUR', market: 'AT', person_id: 'person-1', is_test: false });
  const subscription = {
    ...{ source_id: 'subscription-1', name: 'S-1', status: 'Active', chain_id: 'chain-1', version: 1, is_latest: true, is_active: true, is_test: false },
    ...{ class: 'standard', lifecycle: 'active', chain_start: '2026-01-01', contract_effective_date: '2026-01-01', renewals: 0 },
  };
  const charge = {
    ...{ source_id: 'charge-1', subscription_id: 'subscription-1', chain_id: 'chain-1', plan_name: 'FE | Tea', is_current: true, product_charge_id: 'tea' },
    ...{ product_rate_plan_id: 'plan-1', currency: 'EUR', price: 990, quantity: '1', category: 'subscription', funnel_step: 'frontend' },
  };
  const own: AccountFacts = { ...lists, brand: 'alpina', account, subscriptions: [factOf('subscriptions', subscription)], charges: [factOf('charges', charge)] };
  return { personId: 'person-1', accounts: [{ ...own, ...facts }] };
}
