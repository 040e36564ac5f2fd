import type { Database, Transaction } from '../../db/database.ts';
import type { PendingAccounts } from '../../enriched/pending.repository.ts';
import type { DecisionSetup } from '../../orders/decide-person.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import { storedDifferences } from '../../orders/stored-differences.ts';
import { findStrays } from '../../orders/records/strays.repository.ts';
import { checkEnriched } from './enriched.repository.ts';
import type { Pending } from '../counts/pending.repository.ts';
import type { StoredTally } from './stored.ts';

interface Source {
  readonly database: Database;
  readonly tx: Transaction;
}

/** Whose records are checked. */
interface Checked {
  readonly brands: ReadonlySet<string>;
  /** All brands: records that belong to none are checked too. */
  readonly whole: boolean;
  readonly pending: Pending;
}

/** What `hub audit` calls the records of the tables of orders. */
const SUBJECTS: Readonly<Record<string, string>> = {
  persons: 'person',
  customer_accounts: 'customer_account',
  orders: 'order',
  order_items: 'item',
  order_documents: 'document',
  credit_notes: 'credit_note',
  credit_note_items: 'credit_note',
};

/** Checks the enriched records of the brands against their own checksums and against the raw rows. */
export async function checkStoredEnriched(
  { proceed }: { readonly proceed: (what: string) => void },
  brands: readonly string[],
  source: Source,
  pending: PendingAccounts,
  tally: StoredTally,
): Promise<void> {
  for (const brand of brands) {
    for await (const { checked, differences } of checkEnriched(source, brand)) {
      proceed(`${brand}, enriched records`);
      tally.compared('enrich', checked);
      for (const difference of differences) {
        const { accountId } = difference;
        tally.add('enrich', difference, accountId === undefined ? pending.hasCatalog(brand) : pending.has(brand, accountId));
      }
    }
  }
}

/** Checks what the stage of orders has stored of some persons against what derives from their facts. */
export async function checkStoredOrders(source: Source, setup: DecisionSetup, people: readonly PersonFacts[], { brands, pending }: Checked, tally: StoredTally): Promise<void> {
  const { checked, differences } = await storedDifferences(source, setup, people);
  tally.compared('assemble-orders', checked);
  for (const difference of differences) {
    const { brand, table, personId } = difference;
    if (brand !== undefined && !brands.has(brand)) continue;
    tally.add('orders', { ...difference, subject: SUBJECTS[table] ?? table }, pending.has(personId));
  }
}

/** Finds the stored records of orders that nothing enriched belongs to. */
export async function checkStrays(source: Source, { brands, whole, pending }: Checked, tally: StoredTally): Promise<void> {
  for (const { table, brand, accountId, personId, id } of await findStrays(source, [...brands], whole)) {
    const record = { table, subject: SUBJECTS[table] ?? table, id, brand: brand ?? undefined, accountId: accountId ?? undefined, what: 'added' } as const;
    tally.add('orders', record, pending.has(personId));
  }
}
