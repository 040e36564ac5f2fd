import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Order } from './build-orders.ts';
import { countedLedger, type CountedApplication, type CountedLedger } from '../ledger/counted-ledger.ts';
import type { CreditNote } from '../ledger/credit-note.ts';
import type { DocumentLine, OrderContext } from './document.ts';
import type { AccountFacts, FactOf } from '../facts/facts.ts';
import type { AccountLedger } from '../ledger/ledger.ts';
import { ledgerEntries, type LedgerEntry } from '../ledger/ledger-entries.ts';
import { orderTotals, totalsOf, type AccountTotals, type ItemPlace, type Totals } from '../ledger/totals.ts';

/** An account with what its ledger comes to. */
export interface OpenedAccount {
  readonly facts: AccountFacts;
  readonly counted: CountedLedger;
  readonly notes: readonly CreditNote[];
  /** All that was invoiced, credited, paid and refunded on the account. */
  readonly entries: readonly LedgerEntry[];
}

/** A line of a posted invoice, with the account whose invoice it is on. */
export interface BilledLine {
  readonly account: OpenedAccount;
  readonly line: FactOf<'invoice_lines'>;
}

type Note = OrderContext['notes'][number];

export function openAccount(facts: AccountFacts, ledger: AccountLedger, notes: readonly CreditNote[]): OpenedAccount {
  const counted = countedLedger(ledger);
  return { facts, counted, notes, entries: ledgerEntries(ledger, notes, counted) };
}

/** The money facts of a person in one brand, found by what they belong to, so that an order collects its own in one go. */
export class BrandLedger {
  readonly accounts: ReadonlyMap<string, OpenedAccount>;
  readonly #linesByChain: Map<string, BilledLine[]>;
  readonly #invoices: Map<string, FactOf<'invoices'>>;
  readonly #payments: Map<string, FactOf<'payments'>>;
  readonly #applications: Map<string, CountedApplication[]>;
  readonly #notesByLine = new Map<string, Note[]>();

  constructor(accounts: readonly OpenedAccount[]) {
    this.accounts = new Map(accounts.map((account) => [account.facts.account.account_id, account]));
    const billed = accounts.flatMap((account) =>
      account.facts.invoice_lines.filter((line) => account.counted.invoices.has(line.invoice_id ?? '')).map((line) => ({ account, line })),
    );
    this.#linesByChain = groupBy(billed, ({ line }) => line.chain_id ?? '');
    this.#invoices = new Map(accounts.flatMap(({ facts }) => facts.invoices.map((invoice) => [invoice.source_id, invoice])));
    this.#payments = new Map(accounts.flatMap(({ facts }) => facts.payments.map((payment) => [payment.source_id, payment])));
    this.#applications = groupBy(accounts.flatMap(({ counted }) => counted.applications), ({ invoiceId }) => invoiceId);
    for (const { facts, notes } of accounts) {
      const refunds = new Map(facts.refunds.map((refund) => [refund.source_id, refund]));
      for (const note of notes) this.#index({ note, refund: refunds.get(note.refundId) });
    }
  }

  /** The lines of posted invoices that bill the order's chains, by id. */
  linesOf({ chains }: Order): BilledLine[] {
    return chains.flatMap(({ id }) => this.#linesByChain.get(id) ?? []).sort((a, b) => compareText(a.line.source_id, b.line.source_id));
  }

  /** The invoices of the lines, oldest first. */
  invoicesOf(lines: readonly DocumentLine[]): OrderContext['invoices'] {
    const byInvoice = groupBy(lines, ({ line }) => line.invoice_id ?? '');
    return [...byInvoice]
      .flatMap(([id, own]) => {
        const invoice = this.#invoices.get(id);
        return invoice === undefined ? [] : [{ invoice, lines: own }];
      })
      .sort((a, b) => compareText(a.invoice.invoice_date ?? '', b.invoice.invoice_date ?? '') || compareText(a.invoice.source_id, b.invoice.source_id));
  }

  /** The payments applied to the invoices, oldest first. */
  paymentsOf(invoiceIds: ReadonlySet<string>): OrderContext['payments'] {
    const applied = groupBy([...invoiceIds].flatMap((id) => this.#applications.get(id) ?? []), ({ paymentId }) => paymentId);
    return [...applied]
      .flatMap(([id, own]) => {
        const payment = this.#payments.get(id);
        const parts = own.sort((a, b) => compareText(a.id, b.id)).map(({ invoiceId, amount }) => ({ invoiceId, amount }));
        return payment === undefined ? [] : [{ payment, applied: parts }];
      })
      .sort((a, b) => compareText(a.payment.effective_date ?? '', b.payment.effective_date ?? '') || compareText(a.payment.source_id, b.payment.source_id));
  }

  /** The totals of orders and their items, by currency. */
  totalsOf(placeOf: (invoiceLineId: string) => ItemPlace | undefined): Map<string, AccountTotals> {
    return orderTotals([...this.accounts.values()].flatMap(({ entries }) => entries), placeOf);
  }

  /** The totals of each invoice line. */
  lineTotals(): Map<string, Totals> {
    const entries = [...this.accounts.values()].flatMap((account) => account.entries);
    const byLine = groupBy(entries, ({ invoiceLineId }) => invoiceLineId ?? '');
    return new Map([...byLine].map(([lineId, own]) => [lineId, totalsOf(own)]));
  }

  /** The credit notes with an item on one of the lines, oldest first. */
  notesOf(lineIds: readonly string[]): OrderContext['notes'] {
    const found = new Set(lineIds.flatMap((id) => this.#notesByLine.get(id) ?? []));
    return [...found].sort((a, b) => compareText(a.note.refundDate, b.note.refundDate) || compareText(a.note.refundId, b.note.refundId));
  }

  #index(note: Note): void {
    for (const lineId of new Set(note.note.items.flatMap(({ invoiceLineId }) => invoiceLineId ?? []))) {
      const known = this.#notesByLine.get(lineId);
      if (known === undefined) this.#notesByLine.set(lineId, [note]);
      else known.push(note);
    }
  }
}
