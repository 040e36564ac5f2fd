import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { AccountFacts } from '../../../src/enriched/classify/test-data.ts';
import { testData } from '../../../src/enriched/classify/test-data.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

const real: AccountFacts = {
  brand: 'belmont',
  testFlag: false,
  batch: 'Batch1',
  emails: ['a.testa@shop.it'],
  emailHashes: [sha256Hex('a.testa@shop.it')],
  names: ['A. Testa', 'Na Li'],
};

describe('testData', () => {
  test('finds nothing in a real account, nor in one of which nothing is known', () => {
    const nothing = { isTest: false, reasons: [] };
    expect(testData(shippedRules, real)).toEqual(nothing);
    const empty = { brand: 'belmont', testFlag: null, batch: null, emails: [], emailHashes: [], names: [] };
    expect(testData(shippedRules, empty)).toEqual(nothing);
  });

  test.each([
    ['the flag of the account', { testFlag: true }, 'test.account.flag'],
    ['the batch', { batch: 'Batch50' }, 'test.account.batch'],
    ['the domain', { emails: ['anna@shop.example.com'] }, 'test.email.reserved_domain'],
    ['the mailbox', { emails: ['a@web.de', 'anna+test@web.de'] }, 'test.email.mailbox'],
    ['a placeholder name', { names: ['Mustermann, Max'] }, 'test.name.placeholder'],
    ['a word that is no name', { names: ['Anna Test'] }, 'test.name.word'],
    ['a known individual', { emailHashes: [sha256Hex('checkout-robot@hub.example')] }, 'test.account.known_individual'],
  ])('decides by %s', (_, change, rule) => {
    expect(testData(shippedRules, { ...real, ...change })).toEqual({ isTest: true, reasons: [{ rule, decisive: true }] });
  });

  test('records a disposable domain without deciding', () => {
    expect(testData(shippedRules, { ...real, emails: ['anna@yopmail.com'] })).toEqual({
      isTest: false,
      reasons: [{ rule: 'test.email.disposable_domain', decisive: false }],
    });
  });

  test('records every reason once, and no personal data', () => {
    const emails = ['test@mailinator.com', 'qa@example.com', 'test2@example.com'];
    const verdict = testData(shippedRules, { ...real, testFlag: true, batch: 'Test', emails, names: ['Test Test'] });
    expect(verdict).toEqual({
      isTest: true,
      reasons: [
        { rule: 'test.account.flag', decisive: true },
        { rule: 'test.account.batch', decisive: true },
        { rule: 'test.email.mailbox', decisive: true },
        { rule: 'test.email.disposable_domain', decisive: false },
        { rule: 'test.email.reserved_domain', decisive: true },
        { rule: 'test.name.word', decisive: true },
      ],
    });
  });
});
