import { groupBy } from '../../core/group-by.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { readPersons } from '../../orders/facts/facts.repository.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import { readCreditNotes } from '../../orders/records/credit-notes.repository.ts';

/** What the revenue of some persons is decided from. */
export interface RevenueFacts {
  readonly people: readonly PersonFacts[];
  /** The stored credit notes by brand and account, separated by a tab. */
  readonly notes: ReadonlyMap<string, readonly CreditNote[]>;
}

/** Reads the facts of persons with the credit notes that attribution has made of them, all at one moment of the transaction. */
export async function readRevenueFacts(database: Database, tx: Transaction, personIds: readonly string[]): Promise<RevenueFacts> {
  const people = await readPersons(database, tx, personIds);
  const notes = new Map<string, readonly CreditNote[]>();
  const accounts = groupBy(people.flatMap((person) => person.accounts), ({ brand }) => brand);
  for (const [brand, own] of accounts) {
    const found = await readCreditNotes({ database, tx }, brand, own.map(({ account }) => account.account_id));
    for (const [accountId, ofAccount] of found) notes.set(`${brand}\t${accountId}`, ofAccount);
  }
  return { people, notes };
}
