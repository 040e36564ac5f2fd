import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { InvoiceFact, LineFact, MrrAccount } from '../../../src/metrics/mrr/mrr-facts.ts';
import { taxSource } from '../../../src/metrics/mrr/tax-share.ts';

const invoice = (id: string, date: string, status = 'Posted'): InvoiceFact => ({ id, number: id, date: date as LocalDate, status });
const line = (invoiceId: string, chainId: string | null, amount: number, tax: number, change: Partial<LineFact> = {}): LineFact => ({ id: `${invoiceId}-${chainId ?? 'none'}-${amount}`, invoiceId, chainId, appliedTo: null, isTax: false, amount, tax, ...change });
const account = (invoices: readonly InvoiceFact[], lines: readonly LineFact[], accountId = 'a1'): MrrAccount => ({
  ...{ brand: 'alpina', accountId, personId: 'p', market: null, currency: 'EUR', isTest: false, createdOn: null, versions: [], charges: [], amendments: [], invoices, lines },
});
const of = (own: MrrAccount, ...others: readonly MrrAccount[]) => taxSource('c1', own, [own, ...others]).share;

describe('taxSource', () => {
  test('is that of the first posted invoice on which the lines of the chain sum above 0', () => {
    const invoices = [invoice('i3', '2025-03-01'), invoice('i2', '2025-02-01'), invoice('i1', '2025-01-01'), invoice('i0', '2024-12-01', 'Draft')];
    const lines = [line('i0', 'c1', 9, 9), line('i1', 'c1', 500, 100), line('i1', 'c1', -600, 0), line('i2', 'c1', 2513, 477), line('i2', 'c2', 1, 1), line('i3', 'c1', 1, 0)];
    expect(of(account(invoices, lines))).toEqual({ net: 2513, tax: 477, from: 'chain' });
    expect(taxSource('c1', account(invoices, lines), [account(invoices, lines)]).invoice?.id).toBe('i2');
  });

  test('counts lines of tax as tax of the line that they belong to', () => {
    const sale = line('i1', 'c1', 2513, 0);
    expect(of(account([invoice('i1', '2025-01-01')], [sale, line('i1', null, 477, 0, { isTax: true, appliedTo: sale.id }), line('i1', null, 99, 0, { isTax: true, appliedTo: 'other' })]))).toEqual({ net: 2513, tax: 477, from: 'chain' });
  });

  test('looks into all accounts of the person, then at any invoice of the own one, then gives up', () => {
    const other = account([invoice('j1', '2025-01-01')], [line('j1', 'c1', 100, 20)], 'a2');
    const own = account([invoice('i1', '2025-01-01')], [line('i1', 'c9', 100, 7)]);
    expect(of(own, other)).toEqual({ net: 100, tax: 20, from: 'chain' });
    expect(of(own)).toEqual({ net: 100, tax: 7, from: 'account' });
    expect(of(account([], []))).toEqual({ net: 0, tax: 0, from: 'none' });
  });

  test('does not depend on the order of invoices of one day', () => {
    const invoices = [invoice('i1', '2025-01-01'), invoice('i2', '2025-01-01')];
    const lines = [line('i2', 'c1', 100, 7), line('i1', 'c1', 100, 20)];
    expect(of(account([...invoices].reverse(), lines))).toEqual(of(account(invoices, lines)));
    expect(of(account(invoices, lines)).tax).toBe(20);
  });
});
