import { describe, expect, test } from '@jest/globals';

import { customerAccountId, customerAccountRecords } from '../../../src/orders/assemble/customer-accounts.ts';
import type { AccountFacts } from '../../../src/orders/facts/facts.ts';
import { factOf, personFacts } from '../../support/rows/person-facts.ts';
import { billedAccount, noteOf, opened, plainIds } from './billed-account.ts';

const accountOf = (id: string, changes: Partial<AccountFacts['account']> = {}): AccountFacts['account'] => ({ ...billedAccount().account, account_id: id, ...changes });
const unbilled = (account: AccountFacts['account'], changes: Partial<AccountFacts> = {}): AccountFacts => ({ ...(personFacts().accounts[0] as AccountFacts), account, ...changes });

describe('a customer account', () => {
  test('is brand, market and person', () => {
    const id = customerAccountId('alpina', 'AT', 'person-1');
    expect(customerAccountId('alpina', 'AT', 'person-1')).toBe(id);
    const others = [customerAccountId('belmont', 'AT', 'person-1'), customerAccountId('alpina', 'DE', 'person-1'), customerAccountId('alpina', null, 'person-1'), customerAccountId('alpina', 'AT', 'person-2')];
    expect(new Set([id, ...others]).size).toBe(5);
  });

  test('adds up the billing accounts of one market, and keeps those of another apart', () => {
    const second = { ...billedAccount({ account: accountOf('account-0') }), refunds: [] };
    const german = unbilled(accountOf('account-3', { market: 'DE' }));
    const records = customerAccountRecords('person-1', [opened(billedAccount(), noteOf(['l1', 200], [null, 100])), opened(second), opened(german)], plainIds);
    expect(records.map(({ market, billing_accounts: billing }) => [market, billing])).toEqual([['AT', '["account-0","account-1"]'], ['DE', '["account-3"]']]);
    expect(records[0]).toMatchObject({ currency: 'EUR', invoiced: 1980, credited: 300, paid: 1980, refunded: 300, balance: 0, outstanding: 0, unallocated: 100 });
  });

  test('has a record of each currency, as they never add', () => {
    const payments = [factOf('payments', { source_id: 'p9', status: 'Processed', currency: 'CHF', amount: 500 })];
    expect(customerAccountRecords('person-1', [opened(unbilled(accountOf('account-1'), { payments }))], plainIds).map(({ currency, paid }) => [currency, paid])).toEqual([['CHF', 500], ['EUR', 0]]);
  });

  test('without money has one of its own currency, or of none', () => {
    const currencies = (currency: string | null): unknown[] => customerAccountRecords('person-1', [opened(unbilled(accountOf('account-1', { currency })))], plainIds).map((record) => [record.currency, record.balance]);
    expect([currencies('EUR'), currencies(null)]).toEqual([[['EUR', 0]], [['XXX', 0]]]);
  });
});
