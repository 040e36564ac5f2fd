import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';
import type { AdSource } from '../../facts/ads/ad-source.ts';
import { valuesOf } from '../../facts/fact.ts';
import { storedColumns } from '../../raw/rows/table.ts';

export interface AdsSource {
  readonly database: Database;
  readonly tx: Transaction;
}

/** Spend of an account on a day, in micros of its currency. */
export interface AccountDay {
  readonly account: string;
  readonly day: LocalDate;
  readonly micros: number;
}

/** What a platform says that its accounts of a brand spent, by day; none where it does not sum up. */
export async function readAccountDays({ database, tx }: AdsSource, brand: string, { accountDays, figuresOf }: AdSource): Promise<AccountDay[]> {
  if (accountDays === null) return [];
  const list = storedColumns(accountDays).map(({ sql }) => database.dialect.quote(sql)).join(', ');
  const rows = await database.dialect.selectRows(tx, `select ${list} from ${accountDays.table} where brand = ? order by source_id`, [brand]);
  return rows.map((row) => {
    const values = valuesOf(accountDays, row.map(textOf));
    return { account: values['account'] ?? '', day: (values['date'] ?? '') as LocalDate, micros: figuresOf(values).spendMicros };
  });
}

/** What the facts of a platform sum up to, by account and day. */
export async function readFactDays({ database, tx }: AdsSource, brand: string, { name, account }: AdSource): Promise<AccountDay[]> {
  const date = database.dialect.quote('date');
  const rows = await database.dialect.selectRows(tx, `select account, ${date}, sum(spend_micros) from ad_performance where brand = ? and platform = ? and source = ? group by account, ${date} order by account, ${date}`, [brand, name, account.feed]);
  return rows.map(([account, day, micros]) => ({ account: String(account), day: String(day) as LocalDate, micros: Number(micros) }));
}

/** Up to which day the accounts of a platform are final; what is not final may differ, as it is asked for at two moments. */
export async function readFinalUntil({ database, tx }: AdsSource, brand: string, { name }: AdSource): Promise<Map<string, LocalDate>> {
  const rows = await database.dialect.selectRows(tx, 'select account, final_until from ad_accounts where brand = ? and platform = ? and final_until is not null', [brand, name]);
  return new Map(rows.map(([account, day]) => [String(account), String(day) as LocalDate]));
}

/** Days whose facts are not derived yet, as `account day`. */
export async function readPendingDays({ database, tx }: AdsSource, brand: string, { name }: AdSource): Promise<Set<string>> {
  const rows = await database.dialect.selectRows(tx, 'select account, day from ad_day_changes where brand = ? and platform = ?', [brand, name]);
  return new Set(rows.map(([account, day]) => `${String(account)} ${String(day)}`));
}
