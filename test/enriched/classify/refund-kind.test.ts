import { describe, expect, test } from '@jest/globals';

import type { RefundFacts } from '../../../src/enriched/classify/refund-kind.ts';
import { refundKind } from '../../../src/enriched/classify/refund-kind.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

const facts: RefundFacts = {
  brand: 'corvina',
  type: 'Electronic',
  sourceType: 'CreditBalance',
  comment: 'Geste commercial',
  reasonCode: null,
  hasTraceableCredit: false,
};
const kindOf = (change: Partial<RefundFacts>): string => refundKind(shippedRules, { ...facts, ...change }).value;

describe('refundKind', () => {
  test('is goodwill for a goodwill word and money from the balance without a traceable credit', () => {
    expect(refundKind(shippedRules, facts)).toEqual({
      value: 'goodwill',
      evidence: { rule: 'refund.goodwill.credit_balance', matched: 'Geste commercial' },
    });
    expect(kindOf({ hasTraceableCredit: true })).toBe('regular');
    expect(kindOf({ sourceType: 'Payment' })).toBe('regular');
    expect(kindOf({ comment: 'Rétractation' })).toBe('regular');
  });

  test('is goodwill for a goodwill word and a refund by hand', () => {
    expect(kindOf({ sourceType: 'Payment', type: 'External' })).toBe('goodwill');
    expect(kindOf({ sourceType: 'Payment', type: 'External', comment: null })).toBe('regular');
  });

  test('reads the reason code, too', () => {
    expect(kindOf({ comment: null, reasonCode: 'GOODWILL' })).toBe('goodwill');
    expect(kindOf({ comment: 'colis perdu', reasonCode: 'Kulanz' })).toBe('goodwill');
  });
});
