import { expect, test } from '@jest/globals';

import { confidenceOf, isCredited, methods } from '../../../src/orders/ledger/credit-note.ts';

test('neither the payout of an upstream credit nor money that was never for a purchase is credited again', () => {
  expect(methods.filter((method) => !isCredited({ method }))).toEqual(['unapplied_payment', 'credit_memo']);
});

test('only what the platform says is exact, and what is guessed from product and dates is inferred', () => {
  const by = (confidence: string): string[] => methods.filter((method) => confidenceOf[method] === confidence);
  expect([by('exact'), by('inferred'), by('none')]).toEqual([['explicit', 'unapplied_payment'], ['same_product', 'account'], ['unallocated']]);
});
