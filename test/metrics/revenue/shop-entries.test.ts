import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { LocalDate } from '../../../src/core/time.ts';
import { firstPurchase, shopEntries } from '../../../src/metrics/revenue/shop-entries.ts';
import type { ShopSale } from '../../../src/metrics/facts/shop-order.ts';

const sale = (id: string, changes: Partial<ShopSale> = {}): ShopSale => ({ id, on: '2026-03-01' as LocalDate, action: 'order', lineType: 'product', lineId: 'line', sku: 'TEA', quantity: '1', currency: 'EUR', net: 4193, tax: 797, discount: 0, ...changes });
const brief = (sales: readonly ShopSale[]) => shopEntries({ sales }).map(({ kind, part, category, lineId, amount, tax }) => [kind, part, category, lineId, amount, tax]);

describe('the entries of a shop order', () => {
  test('are a sale before its discount and the discount, shipping apart, and a refund for a return', () => {
    expect(brief([sale('s1', { net: 3774, tax: 717, discount: 419 }), sale('s2', { lineType: 'shipping', lineId: null, net: 400, tax: 76 }), sale('s3', { on: '2026-03-09' as LocalDate, action: 'return', net: -3774, tax: -717 })])).toEqual([
      ['sale', 'sale', 'product', 'line', 4193, 717],
      ['discount', 'discount', 'product', 'line', -419, 0],
      ['sale', 'sale', 'shipping', null, 400, 76],
      ['refund', 'return', 'product', 'line', -3774, -717],
    ]);
  });

  test('of an edit are a credit if it lowers the order, and a sale without the line if it sells more of it', () => {
    const later = { on: '2026-03-02' as LocalDate, action: 'update' };
    expect(brief([sale('s1'), sale('s2', { ...later, net: -100, tax: -19 }), sale('s3', { ...later, net: 100, tax: 19 })])).toEqual([
      ['sale', 'sale', 'product', 'line', 4193, 797],
      ['credit', 'edit', 'product', 'line', -100, -19],
      ['sale', 'sale', 'product', null, 100, 19],
    ]);
    expect(brief([sale('s1', { lineType: 'gift_card' })])[0]?.[2]).toBe('unclassified');
  });

  test('add up to the net and the tax of the sales', () => {
    const amounts = fc.record({ action: fc.constantFrom('order', 'return', 'update', 'unknown'), net: fc.integer({ min: -10_000, max: 10_000 }), tax: fc.integer({ min: -2_000, max: 2_000 }), discount: fc.integer({ min: 0, max: 2_000 }), lineId: fc.constantFrom('a', 'b', null) });
    fc.assert(
      fc.property(fc.array(amounts), (all) => {
        const entries = shopEntries({ sales: all.map((own, index) => sale(String(index), own)) });
        const sum = (rows: readonly { readonly [Name in 'tax']: number }[], of: (row: never) => number): number => rows.reduce((total, row) => total + of(row as never), 0);
        expect(sum(entries, ({ amount }: { amount: number }) => amount)).toBe(sum(all, ({ net }: { net: number }) => net));
        expect(sum(entries, ({ tax }: { tax: number }) => tax)).toBe(sum(all, ({ tax }: { tax: number }) => tax));
        const sold = entries.flatMap(({ kind, lineId }) => (kind === 'sale' && lineId !== null ? [lineId] : []));
        expect(new Set(sold).size).toBe(sold.length);
      }),
    );
  });
});

describe('the first purchase of a shop order', () => {
  test('is the first day on which it came to more than 0', () => {
    const entries = shopEntries({ sales: [sale('s1', { net: 0, tax: 0, discount: 500 }), sale('s2', { on: '2026-03-05' as LocalDate, action: 'update', lineId: 'other', net: 100, tax: 19 })] });
    expect(firstPurchase(entries)).toMatchObject({ on: '2026-03-05', gross: 119 });
    expect(firstPurchase(entries.slice(0, 2))).toBeUndefined();
  });
});
