import type { Knex } from 'knex';

import { encodeRow } from '../../core/text/row-text.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { RecordTarget } from './record-target.ts';
import type { UndecidableAccount } from '../runs/undecidable.ts';

/** Accounts that a stage could not decide: each run of the stage takes them up again, until they can be. */
export const undecidable: TableSpec = {
  name: 'undecidable',
  columns: { stage: 'key!', brand: 'key!', account_id: 'key!', reason: 'text!', run_id: 'key!', at: 'instant!' },
  primaryKey: ['stage', 'brand', 'account_id'],
};

type Target = Pick<RecordTarget, 'database' | 'tx' | 'runId' | 'now' | 'write'>;
type AccountName = Pick<UndecidableAccount, 'brand' | 'accountId'>;

const KEYS_PER_QUERY = 500;
const MOST_REASON = 500;

/** Notes which of the accounts that a stage has taken up could not be decided, and forgets those that could. */
export async function noteUndecidable(target: Target, stage: string, takenUp: readonly AccountName[], faults: readonly UndecidableAccount[]): Promise<void> {
  const { database, tx, runId, now, write } = target;
  if (!write) return;
  for (const { brand, accountId } of await known(target, stage, takenUp)) await tx(undecidable.name).where({ stage, brand, account_id: accountId }).delete();
  if (faults.length === 0) return;
  await database.dialect.bulkInsertMissing(tx, {
    table: undecidable.name,
    columns: Object.keys(undecidable.columns),
    rows: faults.map(({ brand, accountId, fault }) => encodeRow([stage, brand, accountId, fault.reason.slice(0, MOST_REASON), runId, now])),
  });
}

/** Forgets accounts of a stage that are no longer there. */
export async function forgetUndecidable(tx: Knex, stage: string, existing: string): Promise<void> {
  await tx(undecidable.name).where({ stage }).whereNotExists(tx(existing).whereRaw(`${existing}.brand = ${undecidable.name}.brand and ${existing}.account_id = ${undecidable.name}.account_id`)).delete();
}

/** Those of the accounts that could not be decided before; hardly ever is there any at all. */
async function known({ database, tx }: Target, stage: string, accounts: readonly AccountName[]): Promise<AccountName[]> {
  const [any] = await database.dialect.selectRows(tx, `select 1 from ${undecidable.name} where stage = ? limit 1`, [stage]);
  if (any === undefined) return [];
  const found: AccountName[] = [];
  for (const brand of new Set(accounts.map((account) => account.brand))) {
    const ids = accounts.flatMap((account) => (account.brand === brand ? [account.accountId] : [])).sort();
    for (let start = 0; start < ids.length; start += KEYS_PER_QUERY) {
      const some = ids.slice(start, start + KEYS_PER_QUERY);
      const rows = await database.dialect.selectRows(
        tx,
        `select account_id from ${undecidable.name} where stage = ? and brand = ? and account_id in (${some.map(() => '?').join(',')})`,
        [stage, brand, ...some],
      );
      found.push(...rows.map(([accountId]) => ({ brand, accountId: String(accountId) })));
    }
  }
  return found;
}
