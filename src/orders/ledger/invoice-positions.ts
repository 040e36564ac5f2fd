import { squash } from '../../core/text/text.ts';
import type { CountedInvoice, CountedLedger, CountedLine } from './counted-ledger.ts';
import type { UpstreamCredit } from './credit-balance.ts';
import { overpayments } from './overpayments.ts';
import { shares } from './shares.ts';

/** What a line comes to once discounts and credits have found their lines. Minor units, tax included. */
export interface LinePosition {
  readonly line: CountedLine;
  /** The place among the lines of the one that it lowers, or whose tax it is; else its own. */
  readonly place: number;
  /** After discounts; 0 for the discount itself. On a negative invoice the signed gross. */
  readonly net: number;
  /** Its share of the upstream credits on the invoice. */
  readonly credited: number;
  /** Its share of the payments applied to the invoice. */
  readonly paid: number;
}

/** What an invoice comes to. What no line carries stands on the invoice itself: `amount − Σ net`, and so on. */
export interface InvoicePosition {
  readonly invoice: CountedInvoice;
  readonly lines: readonly LinePosition[];
  /** Upstream credits on it: credit memos, and credit of the account used for it. */
  readonly credited: number;
  /** Payments applied to it, as far as it still owed them. */
  readonly paid: number;
}

/** The longest way from a line over lines that apply to others. */
const MOST_STEPS = 8;

/**
 * The invoices of an account, oldest first (orders and refunds, "Refund attribution", capacity of a line): discounts
 * lower the line that they apply to, else all lines of the invoice pro rata; credits, which name no line, and payments
 * are spread over the lines pro rata, all by largest remainder. An invoice without lines carries everything itself.
 *
 * @param credits upstream credits on invoices
 */
export function invoicePositions(ledger: CountedLedger, credits: readonly UpstreamCredit[]): Map<string, InvoicePosition> {
  const creditedOn = sumByInvoice(credits);
  const paidOn = sumByInvoice(ledger.applications);
  for (const { invoiceId, amount } of overpayments(ledger, credits)) paidOn.set(invoiceId, (paidOn.get(invoiceId) ?? 0) - amount);
  return new Map(
    [...ledger.invoices.values()].map((invoice) => {
      const credited = creditedOn.get(invoice.id) ?? 0;
      const paid = paidOn.get(invoice.id) ?? 0;
      const places = placesOf(invoice);
      const nets = invoice.amount < 0 ? invoice.lines.map(({ gross }) => gross) : netsOf(invoice.lines, places);
      const weights = invoice.amount < 0 ? nets.map(() => 0) : nets;
      const creditShares = shares(credited, weights);
      const paidShares = shares(Math.max(0, paid), weights);
      const lines = invoice.lines.map((line, i) => ({ line, place: places[i] ?? i, net: nets[i] ?? 0, credited: creditShares[i] ?? 0, paid: paidShares[i] ?? 0 }));
      return [invoice.id, { invoice, lines, credited, paid }];
    }),
  );
}

function sumByInvoice(parts: Iterable<{ readonly invoiceId: string; readonly amount: number }>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { invoiceId, amount } of parts) sums.set(invoiceId, (sums.get(invoiceId) ?? 0) + amount);
  return sums;
}

/** Where each line stands: a discount (on a negative invoice there is none) at the line that it lowers, a tax line at the one that it taxes. */
function placesOf({ amount, lines }: CountedInvoice): number[] {
  if (lines.every(({ appliedToLineId }) => appliedToLineId === null)) return lines.map((_, place) => place);
  const places = new Map(lines.map(({ id }, place) => [id, place]));
  return lines.map((line, place) => ((line.gross < 0 && amount >= 0) || isTax(line) ? targetOf(line, place, lines, places) : place));
}

/** Line amounts after discounts. A tax line raises the line that it applies to in the same way. */
function netsOf(lines: readonly CountedLine[], places: readonly number[]): number[] {
  const nets = lines.map(() => 0);
  lines.forEach(({ gross }, own) => {
    const place = places[own] ?? own;
    nets[place] = (nets[place] ?? 0) + gross;
  });
  const open = -nets.reduce((sum, net) => sum + Math.min(0, net), 0);
  const positive = nets.map((net) => Math.max(0, net));
  const lowered = shares(Math.min(open, positive.reduce((sum, net) => sum + net, 0)), positive);
  return positive.map((net, place) => net - (lowered[place] ?? 0));
}

/** The place of the line that a line finally applies to; its own if it applies to none, or in a circle. */
function targetOf(line: CountedLine, place: number, lines: readonly CountedLine[], places: ReadonlyMap<string, number>): number {
  let target = place;
  let current: CountedLine | undefined = line;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next: number | undefined = current?.appliedToLineId === null ? undefined : places.get(current?.appliedToLineId ?? '');
    if (next === undefined) return target;
    target = next;
    current = lines[target];
  }
  return place;
}

/** True for a line that is the tax of another one (ProcessingType 3), so that its amount is tax too. */
export function isTax({ processingType }: Pick<CountedLine, 'processingType'>): boolean {
  return processingType === '3' || squash(processingType ?? '') === 'tax';
}
