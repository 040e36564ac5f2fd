import type { LocalDate } from '../../../src/core/time.ts';
import { openAccount, type OpenedAccount } from '../../../src/orders/assemble/brand-ledger.ts';
import type { AccountFacts } from '../../../src/orders/facts/facts.ts';
import type { PublicIds } from '../../../src/orders/ids/ids.ts';
import type { CreditNote } from '../../../src/orders/ledger/credit-note.ts';
import { ledgerOf } from '../../../src/orders/ledger/ledger-of.ts';
import { factOf, personFacts } from '../../support/rows/person-facts.ts';

/** Ids that show what they were made of: `inv i1`. */
export const plainIds: PublicIds = (kind, ...key) => [kind, key.at(-1)].join(' ');

/** An account with one subscription, a paid invoice of it, 8.25 and 1.65 tax, and a refund of 3.00. */
export function billedAccount(changes: Partial<AccountFacts> = {}): AccountFacts {
  const [account] = personFacts({
    invoices: [factOf('invoices', { source_id: 'i1', invoice_number: 'INV-1', invoice_date: '2026-01-05', status: 'Posted', currency: 'EUR', amount: 990, tax_amount: 165, balance: 0 })],
    invoice_lines: [factOf('invoice_lines', { source_id: 'l1', invoice_id: 'i1', subscription_id: 'subscription-1', chain_id: 'chain-1', product_rate_plan_id: 'plan-1', name: 'Tea monthly', amount: 825, tax_amount: 165, category: 'subscription' })],
    payments: [factOf('payments', { source_id: 'p1', payment_number: 'P-1', effective_date: '2026-01-06', status: 'Processed', currency: 'EUR', amount: 990 })],
    payment_applications: [factOf('payment_applications', { source_id: 'x1', invoice_id: 'i1', payment_id: 'p1', currency: 'EUR', amount: 990 })],
    refunds: [factOf('refunds', { source_id: 'r1', refund_number: 'R-1', refund_date: '2026-02-01', status: 'Processed', currency: 'EUR', amount: 300, kind: 'regular' })],
    ...changes,
  }).accounts;
  if (account === undefined) throw new Error('no account');
  return account;
}

/** The credit note of refund r1: these amounts on these lines, null for none. */
export function noteOf(...parts: readonly (readonly [lineId: string | null, amount: number])[]): CreditNote {
  const items = parts.map(([invoiceLineId, amount]) => ({
    invoiceId: invoiceLineId === null ? null : 'i1', invoiceLineId, amount,
    ...(invoiceLineId === null ? { method: 'unallocated' as const, confidence: 'none' as const } : { method: 'account' as const, confidence: 'inferred' as const }),
  }));
  const amount = items.reduce((sum, item) => sum + item.amount, 0);
  const unallocated = items.reduce((sum, item) => sum + (item.invoiceId === null ? item.amount : 0), 0);
  return { refundId: 'r1', kind: 'regular', refundDate: '2026-02-01' as LocalDate, currency: 'EUR', amount, items, unallocated, upstream: false };
}

/** An account with its ledger. */
export function opened(facts: AccountFacts, ...notes: readonly CreditNote[]): OpenedAccount {
  return openAccount(facts, ledgerOf(facts), notes);
}
