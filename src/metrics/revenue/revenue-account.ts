import type { AccountFacts, FactOf } from '../../orders/facts/facts.ts';
import { countedLedger, type CountedLedger } from '../../orders/ledger/counted-ledger.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import { ledgerOf } from '../../orders/ledger/ledger-of.ts';

/** A billing account with what its revenue is made of. */
export interface RevenueAccount {
  readonly facts: AccountFacts;
  readonly counted: CountedLedger;
  readonly notes: readonly CreditNote[];
  /** Its invoice lines by id. */
  readonly lines: ReadonlyMap<string, FactOf<'invoice_lines'>>;
}

/** @param notes the credit notes of the account */
export function revenueAccount(facts: AccountFacts, notes: readonly CreditNote[]): RevenueAccount {
  return { facts, counted: countedLedger(ledgerOf(facts)), notes, lines: new Map(facts.invoice_lines.map((line) => [line.source_id, line])) };
}
