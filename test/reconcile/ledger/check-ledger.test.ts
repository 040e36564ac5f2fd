import { expect, test } from '@jest/globals';

import { LedgerCheck } from '../../../src/reconcile/ledger/check-ledger.ts';
import { InvariantTally } from '../../../src/reconcile/ledger/invariants.ts';
import { MoneyTally } from '../../../src/reconcile/ledger/money.ts';
import { productNames } from '../../../src/orders/attribution/product-names.ts';
import { accountTables, type AccountFacts, type PersonFacts } from '../../../src/orders/facts/facts.ts';

/** A person with one account without any money. */
function personOf(id: string, changes: Partial<AccountFacts> = {}): PersonFacts {
  const lists = Object.fromEntries(accountTables.map((name) => [name, []]));
  const account = { account_id: id, status: 'Active', currency: 'EUR', market: null, country: null, person_id: id, email_sha256: null, email_md5: null, is_test: false };
  return { personId: id, accounts: [{ brand: 'alpina', account, ...lists, ...changes } as unknown as AccountFacts] };
}

test('a person whose facts cannot be decided is named, and the others are checked', () => {
  const invariants = new InvariantTally();
  const setup = { brands: new Set(['alpina']), products: new Map([['alpina', productNames([])]]), spill: 'none', isPending: () => false } as const;
  const check = new LedgerCheck(setup, new MoneyTally(() => false), invariants);
  const broken = personOf('broken', { invoice_lines: [null] as never });
  check.add([personOf('first'), broken, personOf('last')], { persons: new Map(), notes: new Map() });
  expect(invariants.states.get('decidable')).toEqual({ checked: 3, broken: 1, pending: 0, samples: ['account broken'] });
});
