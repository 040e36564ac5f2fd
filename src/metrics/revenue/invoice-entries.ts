import { isTax, type InvoicePosition } from '../../orders/ledger/invoice-positions.ts';
import { lineShares, type LineShare } from './line-shares.ts';
import { amountsOf, type RevenueEntry, type Taxed } from './revenue-entry.ts';

/** An invoice as revenue, and the tax in it and in its lines: what credits and refunds take their shares of. */
export interface InvoiceRevenue {
  readonly entries: readonly RevenueEntry[];
  readonly position: InvoicePosition;
  /** In the order of the position's lines. */
  readonly lineTaxes: readonly number[];
  /** The tax in all entries. */
  readonly tax: number;
}

/**
 * The entries of a posted invoice, on its date: `sale`, `discount` and `rest`; `credit` if it is negative. Their gross
 * amounts add up to that of the invoice. A line is there also with an amount of 0, as it says what was given.
 */
export function invoiceRevenue(position: InvoicePosition): InvoiceRevenue {
  const isNegative = position.invoice.amount < 0;
  const shares = isNegative ? [] : lineShares(position);
  const lines = isNegative ? creditLines(position) : shares.flatMap((share) => saleLines(position, share));
  const rest = restOf(position, lines);
  const entries = rest === undefined ? lines : [...lines, rest];
  return { entries, position, lineTaxes: shares.map(({ tax }) => tax), tax: entries.reduce((sum, entry) => sum + entry.tax, 0) };
}

/** Literals, as there are many: objects that are spread together take ten times as long, and more memory. */
function saleLines({ invoice: { id: invoiceId, invoiceDate: date, currency } }: InvoicePosition, { position: { line }, sale, discount }: LineShare): RevenueEntry[] {
  const entryOf = (kind: 'sale' | 'discount', taxed: Taxed): RevenueEntry => {
    const { amount, tax } = amountsOf(taxed);
    return { kind, sourceId: line.id, part: kind, date, currency, invoiceId, lineId: line.id, refundId: null, amount, tax };
  };
  const entries = sale === undefined ? [] : [entryOf('sale', sale)];
  if (!isNothing(discount)) entries.push(entryOf('discount', discount));
  return entries;
}

/** The lines of a negative invoice, each with the tax lines that apply to it. */
function creditLines({ invoice, lines }: InvoicePosition): RevenueEntry[] {
  const sums = lines.map(() => ({ gross: 0, tax: 0 }));
  for (const { line, place } of lines) {
    const sum = sums[place];
    if (sum === undefined) continue;
    sum.gross += line.gross;
    sum.tax += isTax(line) ? line.gross : (line.taxAmount ?? 0);
  }
  return lines.flatMap(({ line }, place): RevenueEntry[] => {
    const sum = sums[place];
    if (sum === undefined || isNothing(sum)) return [];
    return [{ ...placeOf(invoice), kind: 'credit', sourceId: line.id, part: 'credit', lineId: line.id, ...amountsOf(sum) }];
  });
}

/** What the invoice has beyond its lines; its tax is what the invoice names beyond theirs, never more than there is. */
function restOf({ invoice }: InvoicePosition, lines: readonly RevenueEntry[]): RevenueEntry | undefined {
  const gross = lines.reduce((sum, { amount, tax }) => sum - amount - tax, invoice.amount);
  if (gross === 0) return undefined;
  const named = invoice.taxAmount === null ? 0 : lines.reduce((sum, { tax }) => sum - tax, invoice.taxAmount);
  const tax = gross < 0 ? Math.min(0, Math.max(gross, named)) : Math.max(0, Math.min(gross, named));
  return { ...placeOf(invoice), kind: invoice.amount < 0 ? 'credit' : 'rest', sourceId: invoice.id, part: 'rest', lineId: null, ...amountsOf({ gross, tax }) };
}

function placeOf({ id, invoiceDate, currency }: InvoicePosition['invoice']): Pick<RevenueEntry, 'date' | 'currency' | 'invoiceId' | 'refundId'> {
  return { date: invoiceDate, currency, invoiceId: id, refundId: null };
}

function isNothing({ gross, tax }: Taxed): boolean {
  return gross === 0 && tax === 0;
}
