import { describe, expect, test } from '@jest/globals';

import { creditBalance, sourceKey, type CreditBalance } from '../../../src/orders/ledger/credit-balance.ts';
import { countedLedger } from '../../../src/orders/ledger/counted-ledger.ts';
import type { AccountLedger, CreditFact } from '../../../src/orders/ledger/ledger.ts';
import { accountOf, adjustmentOf, invoiceOf, refundOf } from '../account.ts';

const negative = (id: string, date: string, amount: number): Partial<AccountLedger> => invoiceOf({ id, date, lines: [{ id: `${id}-1`, amount: -amount }] });
const filled = (id: string, date: string, amount: number, source: string, changes: Partial<CreditFact> = {}): CreditFact => ({ ...adjustmentOf({ id, date, amount, direction: 'Increase', source }), ...changes });
const used = (id: string, date: string, amount: number, source?: string): CreditFact => adjustmentOf({ id, date, amount, direction: 'Decrease', ...(source === undefined ? {} : { source }) });
const invoices = [negative('n1', '2026-01-10', 800), negative('n2', '2026-01-20', 500), invoiceOf({ id: 'i1', date: '2026-02-01', amount: 3000 })];
const fromBoth = [filled('a1', '2026-01-10', 800, 'Invoice n1'), filled('a2', '2026-01-20', 500, 'Invoice n2')];
const balanceOf = (credits: readonly CreditFact[], facts: Partial<AccountLedger> = {}): CreditBalance => creditBalance(countedLedger(accountOf(...invoices, facts, { credits })));
const refundOfBalance = (amount: number, status = 'Processed'): Partial<AccountLedger> => ({ refunds: [refundOf({ id: 'r1', date: '2026-02-10', amount, status })] });
const paidOut = (balance: CreditBalance): unknown[] => (balance.payouts.get('r1') ?? []).map(({ amount, source }) => [sourceKey(source), amount]);

test('an account without movements has neither credits nor payouts', () => {
  expect(balanceOf([])).toEqual({ credited: [], payouts: new Map(), spent: new Map() });
});

describe('a payout', () => {
  const payout = (amount: number, ...before: CreditFact[]): unknown[] => paidOut(balanceOf([...fromBoth, ...before, used('a9', '2026-02-10', amount, 'Refund r1')], refundOfBalance(amount)));

  test('takes the increase that it pays out to the cent, else the oldest credit first', () => {
    expect(payout(500)).toEqual([['invoice n2', 500]]);
    expect(payout(600)).toEqual([['invoice n1', 600]]);
    expect(payout(900)).toEqual([['invoice n1', 800], ['invoice n2', 100]]);
  });

  test('takes the newest of two increases of its amount', () => {
    expect(payout(500, filled('a3', '2026-01-25', 500, 'Payment payment of i1', { sourceTransactionId: 'payment of i1' }))).toEqual([['payment payment of i1', 500]]);
  });

  test('takes no increase to the cent of which something was used before', () => {
    expect(payout(800, used('a3', '2026-02-01', 100))).toEqual([['invoice n1', 700], ['invoice n2', 100]]);
  });

  test('of a refund that does not count has moved nothing', () => {
    const { payouts, spent } = balanceOf([...fromBoth, used('a9', '2026-02-10', 500, 'Refund r1')], refundOfBalance(500, 'Cancelled'));
    expect([payouts.size, spent.size]).toEqual([0, 0]);
  });

  test('has no source where nothing that counts has filled the balance, and none beyond what there is', () => {
    expect(paidOut(balanceOf([filled('a1', '2026-01-10', 400, 'Invoice of-another-account'), used('a9', '2026-02-10', 400, 'Refund r1')], refundOfBalance(400)))).toEqual([]);
    expect(payout(2000)).toEqual([['invoice n1', 800], ['invoice n2', 500]]);
  });
});

describe('credit on an invoice', () => {
  test('says how much of it was money that counted before', () => {
    const { credited, spent } = balanceOf([fromBoth[0] as CreditFact, used('a3', '2026-02-01', 1000, 'Invoice i1')]);
    expect(credited.map(({ invoiceId, amount, countedBefore, date }) => [invoiceId, amount, countedBefore, date])).toEqual([['i1', 1000, 800, '2026-02-01']]);
    expect([...spent]).toEqual([['invoice n1', 800]]);
  });

  test('is also what an increase takes off it', () => {
    const { credited } = balanceOf([filled('a1', '2026-02-02', 300, 'Invoice i1')]);
    expect(credited.map(({ invoiceId, amount, countedBefore }) => [invoiceId, amount, countedBefore])).toEqual([['i1', 300, 0]]);
  });

  test('is found by the number of the invoice, and never in another currency', () => {
    const byNumber = { ...used('a1', '2026-02-02', 300), sourceTransactionType: 'Invoice', sourceTransactionNumber: 'i1' };
    expect([byNumber, { ...byNumber, currency: 'CHF' }].map((each) => balanceOf([each]).credited.length)).toEqual([1, 0]);
  });
});

test('currencies have balances of their own', () => {
  const inFrancs = { ...used('a9', '2026-02-10', 500, 'Refund r1'), currency: 'CHF' };
  expect(paidOut(balanceOf([...fromBoth, inFrancs], refundOfBalance(500)))).toEqual([]);
});
