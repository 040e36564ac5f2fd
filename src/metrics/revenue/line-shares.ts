import { halfEvenShare } from '../../core/half-even.ts';
import { isTax, type InvoicePosition, type LinePosition } from '../../orders/ledger/invoice-positions.ts';
import type { Taxed } from './revenue-entry.ts';

/** A line with what was sold on it and what lowered it; both add up to what the ledger makes of the line. */
export interface LineShare {
  readonly position: LinePosition;
  /** Undefined for a line that only lowers or taxes others. */
  readonly sale: Taxed | undefined;
  /** 0 or less. */
  readonly discount: Taxed;
  /** The tax in what is left of the line. */
  readonly tax: number;
}

interface Sums {
  sold: boolean;
  sale: { gross: number; tax: number };
  discount: { gross: number; tax: number };
}

/**
 * The lines of an invoice that is not negative, each with the tax in its parts. A tax line is tax of the line that it
 * applies to. Discounts stand where the ledger places them: on the line that they apply to, and what is more than that
 * line on all others; the tax goes with the money, in proportion.
 */
export function lineShares({ lines }: InvoicePosition): LineShare[] {
  const sums = lines.map((): Sums => ({ sold: false, sale: { gross: 0, tax: 0 }, discount: { gross: 0, tax: 0 } }));
  for (const [own, { line, place }] of lines.entries()) {
    const sum = sums[place];
    if (sum === undefined) continue;
    const part = line.gross < 0 ? sum.discount : sum.sale;
    part.gross += line.gross;
    part.tax += isTax(line) ? line.gross : (line.taxAmount ?? 0);
    if (line.gross > 0 || (line.gross === 0 && place === own)) sum.sold = true;
  }
  spreadExcess(lines, sums);
  return lines.map((position, place): LineShare => {
    const { sold, sale, discount } = sums[place] ?? NOTHING;
    return { position, sale: sold ? sale : undefined, discount, tax: sale.tax + discount.tax };
  });
}

const NOTHING: Sums = { sold: false, sale: { gross: 0, tax: 0 }, discount: { gross: 0, tax: 0 } };

/** Moves what discounts have beyond their line to the lines on which the ledger has placed it; the rest is of no line. */
function spreadExcess(lines: readonly LinePosition[], sums: readonly Sums[]): void {
  const excess = { gross: 0, tax: 0 };
  for (const { sale, discount } of sums) {
    const over = sale.gross + discount.gross;
    if (over >= 0) continue;
    const tax = halfEvenShare(discount.tax, over, discount.gross);
    excess.gross += over;
    excess.tax += tax;
    discount.gross -= over;
    discount.tax -= tax;
  }
  if (excess.gross === 0) return;
  let [placed, taken] = [0, 0];
  for (const [place, { net }] of lines.entries()) {
    const sum = sums[place];
    if (sum === undefined) continue;
    const lowered = net - sum.sale.gross - sum.discount.gross;
    placed += lowered;
    const tax = halfEvenShare(excess.tax, placed, excess.gross) - taken;
    taken += tax;
    sum.discount.gross += lowered;
    sum.discount.tax += tax;
  }
}
