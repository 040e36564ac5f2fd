import type { Database, Transaction } from '../db/database.ts';
import { markOf } from '../engine/stage/stage-marks.repository.ts';
import { STAGE } from './prepare.ts';
import { changedAccounts, hasFirstLoad } from './selection.repository.ts';

/** Accounts whose rows changed, and that the enrichment has not taken up. */
export interface PendingAccounts {
  has(brand: string, accountId: string): boolean;
  /** True: rows of the brand's catalog changed. */
  hasCatalog(brand: string): boolean;
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;

/** The accounts that the next enrichment takes up because of their rows; all of a brand that was never enriched whole. */
export async function readPendingAccounts({ database, tx }: { readonly database: Database; readonly tx: Transaction }, brands: readonly string[]): Promise<PendingAccounts> {
  const whole = new Set<string>();
  const accounts = new Set<string>();
  const catalogs = new Set<string>();
  for (const brand of brands) {
    const rows = await database.dialect.selectRows(tx, 'select shard, mark from stage_marks where stage = ? and brand = ? order by shard', [STAGE, brand]);
    const mark = markOf(rows.map(([shard, value]) => [String(shard), Number(value)]));
    if (mark === undefined || (await hasFirstLoad(database, tx, brand, mark, FOR_EVER))) {
      whole.add(brand);
      continue;
    }
    const note = async (select: string, values: readonly (string | number)[]): Promise<void> => {
      for (const [, , accountId] of await database.dialect.selectRows(tx, select, values)) accounts.add(`${brand}\t${String(accountId)}`);
    };
    const products = "select 1 from raw_changes where brand = ? and change_no > ? and entity in ('product', 'product_charge') limit 1";
    if ((await database.dialect.selectRows(tx, products, [brand, mark])).length > 0) catalogs.add(brand);
    await changedAccounts(tx, note, '', brand, { after: mark, upTo: FOR_EVER });
  }
  return {
    has: (brand, accountId) => whole.has(brand) || accounts.has(`${brand}\t${accountId}`),
    hasCatalog: (brand) => whole.has(brand) || catalogs.has(brand),
  };
}
