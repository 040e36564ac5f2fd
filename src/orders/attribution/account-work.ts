import { creditBalance, type CreditBalance } from '../ledger/credit-balance.ts';
import { countedLedger, type CountedLedger } from '../ledger/counted-ledger.ts';
import { invoicePositions } from '../ledger/invoice-positions.ts';
import type { AccountLedger } from '../ledger/ledger.ts';
import { unappliedPayments } from '../ledger/overpayments.ts';
import { upstreamCredits } from '../ledger/upstream-credits.ts';
import { capacitiesOf, type InvoiceCapacity } from './capacity.ts';
import type { Draft } from './draft.ts';
import { NamedLines } from './named-lines.ts';

/** What the methods work on: the facts that count, and the room that is left in them. */
export interface AccountWork {
  readonly counted: CountedLedger;
  readonly credit: CreditBalance;
  readonly capacities: ReadonlyMap<string, InvoiceCapacity>;
  /** What of each payment settled nothing, before any refund. */
  readonly unapplied: ReadonlyMap<string, number>;
  readonly lines: NamedLines;
}

/** Finds a place for what is left of a refund, as far as it can; called in the order of the refunds. */
export type Apply = (draft: Draft) => void;

/** Prepares the facts of an account. */
export function accountWork(ledger: AccountLedger): AccountWork {
  const counted = countedLedger(ledger);
  const credit = creditBalance(counted);
  const credits = upstreamCredits(counted, credit);
  const capacities = capacitiesOf(invoicePositions(counted, credits).values());
  return { counted, credit, capacities: capacities, unapplied: unappliedPayments(counted, credits, credit), lines: new NamedLines(counted.invoices, capacities) };
}
