import type { CountedCredit, CountedInvoice, CountedLedger } from './counted-ledger.ts';
import type { CreditBalance } from './credit-balance.ts';

/** Credits that the platform has made on invoices, by invoice: credit memos that refer to one, and credit used for one. */
export function upstreamCredits(ledger: CountedLedger, balance: CreditBalance): Map<string, number> {
  const credited = new Map(balance.creditedOn);
  for (const memo of ledger.memos.values()) {
    const invoice = referredInvoice(ledger, memo);
    if (invoice !== undefined) credited.set(invoice.id, (credited.get(invoice.id) ?? 0) + memo.amount);
  }
  return credited;
}

/** The invoice that a memo refers to, if it counts and has the memo's currency. */
export function referredInvoice(ledger: CountedLedger, memo: CountedCredit): CountedInvoice | undefined {
  const invoice = ledger.invoices.get(memo.invoiceId ?? '');
  return invoice?.currency === memo.currency ? invoice : undefined;
}
