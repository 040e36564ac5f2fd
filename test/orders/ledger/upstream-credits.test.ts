import { expect, test } from '@jest/globals';

import { creditBalance } from '../../../src/orders/ledger/credit-balance.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import type { CreditFact } from '../../../src/orders/ledger/ledger.ts';
import { upstreamCredits } from '../../../src/orders/ledger/upstream-credits.ts';
import { accountOf, adjustmentOf, invoiceOf, memoOf } from '../account.ts';

const invoices = [invoiceOf({ id: 'i1', date: '2026-01-05', amount: 3000 }), invoiceOf({ id: 'draft', date: '2026-01-05', status: 'Draft', amount: 3000 })];

function creditsOf(...credits: CreditFact[]): unknown[] {
  const counted = countedLedger(accountOf(...invoices, { credits }));
  return upstreamCredits(counted, creditBalance(counted)).map(({ credit, invoiceId, amount }) => [credit.id, invoiceId, amount]);
}

test('a memo that refers to a posted invoice, and credit used for one, are credits on it', () => {
  const memo = memoOf({ id: 'm1', date: '2026-02-01', amount: 400, invoiceId: 'i1' });
  expect(creditsOf(memo, adjustmentOf({ id: 'a1', date: '2026-02-01', amount: 300, direction: 'Decrease', source: 'Invoice i1' }))).toEqual([['a1', 'i1', 300], ['m1', 'i1', 400]]);
});

test.each([
  ['no invoice', {}],
  ['an invoice that is not posted', { invoiceId: 'draft' }],
  ['an invoice of another account', { invoiceId: 'i9' }],
  ['an invoice of another currency', { invoiceId: 'i1', currency: 'CHF' }],
])('a memo that refers to %s is a credit on none', (_what, changes) => expect(creditsOf(memoOf({ id: 'm1', date: '2026-02-01', amount: 400, ...changes }))).toEqual([]));
