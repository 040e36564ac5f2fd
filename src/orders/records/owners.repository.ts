import type { RecordTable } from '../../engine/records/record-table.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { rowsByKeys } from '../../engine/records/stored-records.repository.ts';
import { creditNotes, orders } from './order-tables.ts';

/** An account that has records of a person who does not own it any more. */
export interface FormerAccount {
  readonly brand: string;
  readonly accountId: string;
  readonly personId: string;
}

/**
 * Accounts with stored records of these persons that do not exist any more, so that their records must go. An account
 * that belongs to another person by now is that person's to decide: the enrichment noted both.
 *
 * @param tables with brand, account_id and person_id; without it those of orders
 */
export async function formerAccounts(
  target: Pick<RecordTarget, 'database' | 'tx'>,
  personIds: readonly string[],
  current: ReadonlySet<string>,
  tables: readonly Pick<RecordTable, 'name'>[] = [orders, creditNotes],
): Promise<FormerAccount[]> {
  const found = new Map<string, FormerAccount>();
  for (const { name } of tables) {
    for (const [brand, accountId, personId] of await rowsByKeys(target, name, 'person_id', { keys: personIds }, ['brand', 'account_id', 'person_id'])) {
      const key = `${String(brand)}\t${String(accountId)}`;
      if (!current.has(key)) found.set(key, { brand: String(brand), accountId: String(accountId), personId: String(personId) });
    }
  }
  for (const brand of new Set([...found.values()].map((account) => account.brand))) {
    const keys = [...found.values()].flatMap((account) => (account.brand === brand ? [account.accountId] : []));
    for (const [accountId] of await rowsByKeys(target, 'enriched_accounts', 'account_id', { brand, keys }, ['account_id'])) {
      found.delete(`${brand}\t${String(accountId)}`);
    }
  }
  return [...found.values()];
}
