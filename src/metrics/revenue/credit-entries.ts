import { compareText } from '../../core/compare.ts';
import { halfEvenShare } from '../../core/half-even.ts';
import type { CountedCredit } from '../../orders/ledger/counted-ledger.ts';
import type { UpstreamCredit } from '../../orders/ledger/credit-balance.ts';
import { shares } from '../../orders/ledger/shares.ts';
import type { InvoiceRevenue } from './invoice-entries.ts';
import { amountsOf, type RevenueEntry } from './revenue-entry.ts';

/**
 * The entries of the credits that the platform made on an invoice, each on its own date: memos on CreditMemoDate,
 * movements of the credit balance on AdjustmentDate. They stand on the lines on which the ledger places the sum of them
 * all (by largest remainder, so that of a late one a cent may move between lines), what no line takes on the invoice.
 * Credit that was money already counted is taken off again at the account, with the same share of tax.
 */
export function creditsOnInvoice(invoice: InvoiceRevenue, credits: readonly UpstreamCredit[]): RevenueEntry[] {
  const isNegative = invoice.position.invoice.amount < 0;
  const weights = invoice.position.lines.map(({ net }) => (isNegative ? 0 : net));
  const taxWeights = invoice.lineTaxes.map((tax) => Math.max(0, tax));
  let [total, before] = [0, weights.map(() => 0)];
  return [...credits].sort(byDate).flatMap(({ credit, amount, countedBefore }) => {
    total += amount;
    const after = shares(total, weights);
    const parts = after.map((share, place) => share - (before[place] ?? 0));
    before = after;
    const tax = taxOf(credit, amount, invoice);
    const lines = partsByLine(parts, taxParts(tax, taxWeights, parts), { gross: amount, tax });
    const common = { kind: 'credit', sourceId: credit.id, date: credit.creditDate, currency: credit.currency, invoiceId: invoice.position.invoice.id, refundId: null } as const;
    const entries = lines.map(({ place, gross, tax: part }): RevenueEntry => {
      const lineId = place === undefined ? null : (invoice.position.lines[place]?.line.id ?? null);
      const name = `${nameOf(credit)}${place === undefined ? '' : ` ${place + 1}`}`;
      return { ...common, part: name, lineId, ...amountsOf({ gross: -gross, tax: 0 - part }) };
    });
    if (countedBefore === 0) return entries;
    return [...entries, { ...common, part: 'counterpart', lineId: null, ...amountsOf({ gross: countedBefore, tax: taxOf(credit, countedBefore, invoice) }) }];
  });
}

/** The entry of a memo that refers to no invoice that counts: its tax is known only if it names it. */
export function looseMemo(memo: CountedCredit): RevenueEntry {
  const amounts = amountsOf({ gross: -memo.amount, tax: 0 - (memo.taxAmount ?? 0) });
  return { kind: 'credit', sourceId: memo.id, part: nameOf(memo), date: memo.creditDate, currency: memo.currency, invoiceId: null, lineId: null, refundId: null, ...amounts };
}

function nameOf({ creditType }: CountedCredit): string {
  return creditType === 'credit_memo' ? 'memo' : 'adjustment';
}

/** The tax that a memo names, else the invoice's share. */
function taxOf(credit: CountedCredit, amount: number, { position, tax }: InvoiceRevenue): number {
  const named = credit.creditType === 'credit_memo' ? credit.taxAmount : null;
  return named ?? halfEvenShare(amount, tax, position.invoice.amount);
}

/** The tax of a credit by line: as the tax stands on the lines; without any there, as the money does. */
function taxParts(tax: number, taxWeights: readonly number[], parts: readonly number[]): number[] {
  const weights = taxWeights.some((weight) => weight > 0) ? taxWeights : parts.map((part) => Math.max(0, part));
  return shares(Math.abs(tax), weights).map((share) => (tax < 0 ? 0 - share : share));
}

interface Part {
  /** Undefined: of no line. */
  readonly place: number | undefined;
  readonly gross: number;
  readonly tax: number;
}

function partsByLine(grosses: readonly number[], taxes: readonly number[], whole: { readonly gross: number; readonly tax: number }): Part[] {
  const lines = grosses.map((gross, place): Part => ({ place, gross, tax: taxes[place] ?? 0 })).filter(({ gross, tax }) => gross !== 0 || tax !== 0);
  const gross = lines.reduce((sum, part) => sum - part.gross, whole.gross);
  const tax = lines.reduce((sum, part) => sum - part.tax, whole.tax);
  return gross === 0 && tax === 0 ? lines : [...lines, { place: undefined, gross, tax }];
}

function byDate(a: UpstreamCredit, b: UpstreamCredit): number {
  return compareText(a.date, b.date) || compareText(a.credit.creditType, b.credit.creditType) || compareText(a.credit.id, b.credit.id);
}
