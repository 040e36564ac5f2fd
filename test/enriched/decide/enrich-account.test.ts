import { describe, expect, test } from '@jest/globals';

import { accountRecord, judgeAccount } from '../../../src/enriched/decide/enrich-account.ts';
import { emptyFacts, type AccountFacts } from '../../../src/enriched/facts/facts.ts';
import { Money } from '../../../src/enriched/facts/money-reader.ts';
import { shippedRules } from '../rules/shipped-rules.ts';
import { accountFacts, rowOf } from './person.ts';

const recordOf = (facts: AccountFacts): ReturnType<typeof accountRecord> => accountRecord(judgeAccount(shippedRules, facts), new Money());

describe('the record of an account', () => {
  test('has its balances in minor units and the country of its bill-to contact as a code', () => {
    const record = recordOf(accountFacts({
      account: [rowOf('account', { source_id: 'a1', currency: 'EUR', bill_to_id: 'k2', balance: '12.3', credit_balance: '-0.07', auto_pay: '0' })],
      contact: [rowOf('contact', { source_id: 'k1', country: 'Germany' }), rowOf('contact', { source_id: 'k2', country: 'Austria' })],
    }));
    expect(record).toMatchObject({ balance: 1230, credit_balance: -7, country: 'AT', auto_pay: false });
  });

  test('is there for one that only its rows name, and not for one without any rows', () => {
    const named = recordOf({ ...emptyFacts('alpina', 'a1'), invoice: [rowOf('invoice', { source_id: 'i1' })] });
    expect(named).toMatchObject({ account_id: 'a1', currency: null, email_sha256: null, is_test: false });
    expect(recordOf(emptyFacts('alpina', 'a1'))).toBeUndefined();
  });

  test('says why it is test data', () => {
    const record = recordOf(accountFacts({ account: [rowOf('account', { source_id: 'a1', test__c: '1' })] }));
    expect(record?.is_test).toBe(true);
    expect(JSON.parse(String(record?.test_reasons))).toHaveLength(1);
    expect(recordOf(accountFacts())).toMatchObject({ is_test: false, test_reasons: null });
  });
});

test('an account belongs to the person of its e-mail address, in whatever brand', () => {
  const [one, other, stranger] = [accountFacts(), { ...accountFacts(), brand: 'belmont', accountId: 'b1' }, { ...accountFacts({ contact: [] }), accountId: 'a2' }].map((facts) => judgeAccount(shippedRules, facts).person);
  expect(other).toEqual(one);
  expect(stranger?.emailSha256).toBeNull();
  expect(stranger?.personId).not.toBe(one?.personId);
});
