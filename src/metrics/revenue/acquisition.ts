import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import type { FactOf } from '../../orders/facts/facts.ts';
import type { CountedInvoice } from '../../orders/ledger/counted-ledger.ts';
import { sortableNumber } from '../../orders/ledger/document-number.ts';
import type { RevenueAccount } from './revenue-account.ts';

/** What made a person a customer of a brand or of the group (metrics, "Customers and revenue"). */
export interface Acquisition {
  readonly account: RevenueAccount;
  readonly invoice: CountedInvoice;
  /** The line that says what was bought first; undefined on an invoice of shipping and fees alone. */
  readonly mainLine: FactOf<'invoice_lines'> | undefined;
  /** How many invoices above 0 there are. */
  readonly invoices: number;
  readonly lastInvoiceOn: LocalDate;
}

/** The categories of what people buy, rather than what comes with it. */
const BOUGHT = new Set(['product', 'subscription', 'trial']);

/**
 * The acquisition by these accounts, of one brand or of all: the first posted invoice above 0 by date, number and id, and
 * its largest line. Undefined for a person who has none.
 */
export function acquisitionOf(accounts: readonly RevenueAccount[]): Acquisition | undefined {
  const invoices = accounts.flatMap((account) => [...account.counted.invoices.values()].filter(({ amount }) => amount > 0).map((invoice) => ({ account, invoice })));
  const [first, ...others] = invoices.sort((a, b) => byDate(a.invoice, b.invoice) || compareText(a.account.facts.brand, b.account.facts.brand));
  if (first === undefined) return undefined;
  const last = others.at(-1) ?? first;
  return { ...first, mainLine: mainLineOf(first), invoices: invoices.length, lastInvoiceOn: last.invoice.invoiceDate };
}

function byDate(a: CountedInvoice, b: CountedInvoice): number {
  return compareText(a.invoiceDate, b.invoiceDate) || compareText(sortableNumber(a.invoiceNumber), sortableNumber(b.invoiceNumber)) || compareText(a.id, b.id);
}

function mainLineOf({ account, invoice }: Pick<Acquisition, 'account' | 'invoice'>): FactOf<'invoice_lines'> | undefined {
  const lines = invoice.lines.flatMap(({ id }) => account.lines.get(id) ?? []).filter(({ category }) => BOUGHT.has(category));
  return lines.sort((a, b) => (b.amount ?? 0) - (a.amount ?? 0) || compareText(a.source_id, b.source_id))[0];
}
