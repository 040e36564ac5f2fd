import { describe, expect, test } from '@jest/globals';

import { accountOf, invoiceOf, refundOf } from '../account.ts';
import { itemsOf } from './items.ts';

describe('the product', () => {
  const teaAndProtein = accountOf(
    invoiceOf({ id: 'i1', date: '2026-01-05', lines: [{ id: 'tea', amount: 1000, sku: 'ALP-3', chainId: 'c1' }] }),
    invoiceOf({ id: 'i2', date: '2026-01-06', lines: [{ id: 'protein', amount: 1000, sku: 'ALP-2' }] }),
    invoiceOf({ id: 'i3', date: '2026-01-07', lines: [{ id: 'steinbock', amount: 1000, sku: null, productId: 'p1' }] }),
    { subscriptions: [{ id: 's1', name: 'A-S00000037', chainId: 'c1' }] },
  );
  const refunded = (changes: Parameters<typeof refundOf>[0] extends infer Changes ? Partial<Changes> : never, spill: 'none' | 'account' = 'none'): string[] =>
    itemsOf(accountOf(teaAndProtein, { refunds: [refundOf({ id: 'r1', date: '2026-02-01', amount: 100, ...changes })] }), spill);

  test.each([
    ['a SKU in the comment', { comment: 'Kunde: alp-3 zurück' }, 'tea'],
    ['a SKU in the reason code', { reasonCode: 'ALP-3' }, 'tea'],
    ['a name in the comment, whatever its case and accents', { comment: 'ÁLM TEE zurückgeschickt' }, 'tea'],
    ['the longer of two names that hold one another', { comment: 'Steinbock Protein zurückgeschickt' }, 'steinbock'],
    ['the shorter name where it stands alone', { comment: 'Protein zurückgeschickt' }, 'protein'],
    ['a SKU before a name', { comment: 'ALP-3 statt Protein' }, 'tea'],
    ['the number of a subscription', { comment: 'A-S00000037 zurückgeschickt' }, 'tea'],
    ['its own field before any text', { sku: 'ALP-2', comment: 'ALP-3' }, 'protein'],
  ])('is known by %s', (_how, changes, line) => {
    expect(refunded(changes)).toEqual([`r1 ${line} 100 same_product`]);
  });

  test.each([
    ['part of a word', 'ALP-33'],
    ['the number of another subscription', 'A-S00000038'],
    ['nothing', null],
  ])('is not known by %s: then the newest invoice takes it', (_what, comment) => {
    expect(refunded({ comment })).toEqual(['r1 steinbock 100 account']);
  });
});
