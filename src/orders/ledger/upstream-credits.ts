import type { CountedCredit, CountedInvoice, CountedLedger } from './counted-ledger.ts';
import type { CreditBalance, UpstreamCredit } from './credit-balance.ts';

/** Credits that the platform has made on invoices: credit memos that refer to one, and credit used for one. */
export function upstreamCredits(ledger: CountedLedger, balance: CreditBalance): UpstreamCredit[] {
  const memos = [...ledger.memos.values()].flatMap((memo): UpstreamCredit[] => {
    const invoice = referredInvoice(ledger, memo);
    return invoice === undefined ? [] : [{ credit: memo, invoiceId: invoice.id, date: memo.creditDate, amount: memo.amount, countedBefore: 0 }];
  });
  return [...balance.credited, ...memos];
}

/** The invoice that a memo refers to, if it counts and has the memo's currency. */
export function referredInvoice(ledger: CountedLedger, memo: CountedCredit): CountedInvoice | undefined {
  const invoice = ledger.invoices.get(memo.invoiceId ?? '');
  return invoice?.currency === memo.currency ? invoice : undefined;
}
