import { compareText } from '../../core/compare.ts';
import type { InvoiceFact, LineFact, MrrAccount } from './mrr-facts.ts';
import type { TaxShare } from './mrr-chain.ts';

type Sum = Pick<TaxShare, 'net' | 'tax'>;

/** A share of tax, and the invoice that tells it; undefined: none does. */
export interface TaxSource {
  readonly share: TaxShare;
  readonly invoice: InvoiceFact | undefined;
}

/**
 * The net and tax by which prices with tax become prices without (metrics, "MRR", 4): of the chain's lines on its first
 * posted invoice on which they sum above 0, among the person's accounts of the brand; else of the account's first such
 * invoice; else none.
 *
 * @param own the accounts of the person at the brand
 */
export function taxSource(chainId: string, account: MrrAccount, own: readonly MrrAccount[]): TaxSource {
  const ofChain = firstAboveZero(own, (lines) => linesOf(chainId, lines));
  if (ofChain !== undefined) return { share: { ...ofChain.sum, from: 'chain' }, invoice: ofChain.invoice };
  const ofAccount = firstAboveZero([account], (lines) => lines);
  return ofAccount === undefined ? { share: { net: 0, tax: 0, from: 'none' }, invoice: undefined } : { share: { ...ofAccount.sum, from: 'account' }, invoice: ofAccount.invoice };
}

function firstAboveZero(accounts: readonly MrrAccount[], counted: (lines: readonly LineFact[]) => readonly LineFact[]): { readonly invoice: InvoiceFact; readonly sum: Sum } | undefined {
  const invoices = accounts.flatMap(({ invoices: all, lines }) => all.filter(isPosted).map((invoice) => ({ invoice, lines: lines.filter(({ invoiceId }) => invoiceId === invoice.id) })));
  return invoices
    .sort((a, b) => byDate(a.invoice, b.invoice))
    .map(({ invoice, lines }) => ({ invoice, sum: sumOf(counted(lines)) }))
    .find(({ sum }) => sum.net + sum.tax > 0);
}

/** The lines of a chain, and the lines of tax that belong to one of them. */
function linesOf(chainId: string, lines: readonly LineFact[]): LineFact[] {
  const ids = new Set(lines.filter((line) => line.chainId === chainId).map(({ id }) => id));
  return lines.filter((line) => ids.has(line.id) || (line.isTax && line.chainId === null && line.appliedTo !== null && ids.has(line.appliedTo)));
}

function sumOf(lines: readonly LineFact[]): Sum {
  return lines.reduce((sum, { isTax, amount, tax }) => ({ net: sum.net + (isTax ? 0 : (amount ?? 0)), tax: sum.tax + (isTax ? (amount ?? 0) : (tax ?? 0)) }), { net: 0, tax: 0 });
}

function isPosted({ status, date }: InvoiceFact): boolean {
  return status === 'Posted' && date !== null;
}

function byDate(a: InvoiceFact, b: InvoiceFact): number {
  return compareText(a.date ?? '', b.date ?? '') || compareText(a.number ?? '', b.number ?? '') || compareText(a.id, b.id);
}
