import { describe, expect, test } from '@jest/globals';

import { adjustmentRecord, applicationRecord, creditMemoRecord, invoiceRecord, paymentRecord, refundApplicationRecord, refundRecord } from '../../../src/enriched/decide/enrich-money.ts';
import { judgeAccount } from '../../../src/enriched/decide/enrich-account.ts';
import type { AccountFacts, Fact } from '../../../src/enriched/facts/facts.ts';
import { Money } from '../../../src/enriched/facts/money-reader.ts';
import type { Held } from '../../../src/enriched/facts/person-index.ts';
import { shippedRules } from '../rules/shipped-rules.ts';
import { accountFacts, indexed, rowOf } from './person.ts';

const first = <Row>(rows: readonly Row[]): Row => {
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
};
const held = (facts: Partial<AccountFacts>): ReturnType<typeof indexed> => indexed(accountFacts(facts));

describe('the currency of a record', () => {
  test('is its own, else that of the account', () => {
    const { invoices, payments, creditMemos } = held({
      invoice: [rowOf('invoice', { source_id: 'i1', currency: 'JPY', amount: '1200' })],
      payment: [rowOf('payment', { source_id: 'p1', amount: '12' })],
      credit_memo: [rowOf('credit_memo', { source_id: 'm1', currency: 'KWD', amount: '1.234' })],
    });
    const money = new Money();
    const records = [invoiceRecord(first(invoices.all), money), paymentRecord(first(payments.all), money), creditMemoRecord(first(creditMemos.all), money)];
    expect(records.map(({ currency, amount }) => [currency, amount])).toEqual([['JPY', 1200], ['EUR', 1200], ['KWD', 1234]]);
  });

  test('of an application is that of its invoice, else of its payment, else of the account', () => {
    const applied = (invoice: string | null, payment: string | null): unknown => {
      const index = held({
        invoice: [rowOf('invoice', { source_id: 'i1', currency: 'CHF' })],
        payment: [rowOf('payment', { source_id: 'p1', currency: 'GBP' })],
        invoice_payment: [rowOf('invoice_payment', { source_id: 'x1', invoice_id: invoice, payment_id: payment, amount: '5' })],
      });
      return applicationRecord(index, first(index.applications.all), new Money()).currency;
    };
    expect([applied('i1', 'p1'), applied('i9', 'p1'), applied(null, null)]).toEqual(['CHF', 'GBP', 'EUR']);
  });

  test('of a link of a refund is that of the refund', () => {
    const facts = accountFacts({ refund: [rowOf('refund', { source_id: 'r1', currency: 'CHF' })] });
    const fact = rowOf('refund_invoice_payment', { source_id: 'l1', refund_id: 'r1', refund_amount: '2.5' });
    expect(refundApplicationRecord(indexed(facts), { fact, id: 'l1', owner: judgeAccount(shippedRules, facts) }, new Money())).toMatchObject({ currency: 'CHF', amount: 250 });
  });
});

test('an amount without a currency is counted as unreadable, not guessed', () => {
  const { invoices } = held({ account: [], invoice: [rowOf('invoice', { source_id: 'i1', amount: '12' })] });
  const money = new Money();
  expect([invoiceRecord(first(invoices.all), money).amount, money.unreadable]).toEqual([null, 1]);
});

test('a movement of the credit balance has an invoice only if its source is one', () => {
  const record = (type: string): unknown => {
    const owner = judgeAccount(shippedRules, accountFacts());
    return adjustmentRecord(owner, rowOf('credit_balance_adjustment', { source_id: 'c1', type: 'Increase', source_transaction_type: type, source_transaction_id: 't1', amount: '3' }), new Money()).invoice_id;
  };
  expect([record('Invoice'), record('Payment'), record('Refund')]).toEqual(['t1', null, null]);
});

describe('a refund of the credit balance with a goodwill word', () => {
  const kindOf = (facts: Partial<AccountFacts>, changes: Partial<Fact<'refund'>> = {}): unknown => {
    const refund = rowOf('refund', { source_id: 'r1', refund_number: 'R-1', refund_date: '2026-03-01', source_type: 'CreditBalance', type: 'Electronic', amount: '5', comment: 'Kulanz', ...changes });
    return refundRecord(shippedRules, first(held({ refund: [refund], ...facts }).refunds.all as Held<'refund'>[]), new Money()).kind;
  };
  const increase = rowOf('credit_balance_adjustment', { source_id: 'c1', type: 'Increase', status: 'Processed', source_transaction_type: 'Invoice', source_transaction_id: 'n1' });
  const payout = rowOf('credit_balance_adjustment', { source_id: 'c2', type: 'Decrease', status: 'Processed', source_transaction_type: 'Refund', source_transaction_number: 'R-1' });
  const negative = rowOf('invoice', { source_id: 'n1', status: 'Posted', invoice_date: '2026-02-01', amount: '-5' });

  test('is a goodwill gesture where no credit can be traced', () => {
    expect([kindOf({}), kindOf({ credit_balance_adjustment: [payout] }), kindOf({ credit_balance_adjustment: [increase] })]).toEqual(['goodwill', 'goodwill', 'goodwill']);
  });

  test('is none where a memo, or the credit that an invoice filled in, is paid out', () => {
    expect(kindOf({ credit_memo: [rowOf('credit_memo', { source_id: 'm1' })] }, { credit_memo_id: 'm1' })).toBe('regular');
    expect(kindOf({ credit_balance_adjustment: [increase, payout] })).toBe('regular');
  });

  test('is none where a negative invoice of its currency and time tells of a credit', () => {
    expect([kindOf({ invoice: [negative] }), kindOf({ invoice: [{ ...negative, invoice_date: '2026-03-01' }] })]).toEqual(['regular', 'regular']);
    const others = [{ invoice_date: '2026-03-02' }, { status: 'Draft' }, { currency: 'CHF' }, { amount: '5' }].map((changes) => kindOf({ invoice: [{ ...negative, ...changes }] }));
    expect(others).toEqual(['goodwill', 'goodwill', 'goodwill', 'goodwill']);
  });
});
