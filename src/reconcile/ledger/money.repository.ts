import { toMinor } from '../../core/money.ts';
import { textOf } from '../../db/dialect.ts';
import { creditMemo } from '../../sources/billing/credit-memo.ts';
import { invoice } from '../../sources/billing/invoice.ts';
import { payment } from '../../sources/billing/payment.ts';
import { refund } from '../../sources/billing/refund.ts';
import { countedStates, type MoneyMeasure, type MoneyRecord } from './money.ts';
import type { Source } from '../counts/subscriptions.repository.ts';

interface MoneyTables {
  readonly raw: string;
  readonly enriched: string;
  /** The date without which a record does not count. */
  readonly date: string;
  /** What else tells the enriched record. */
  readonly also: string;
}

const TABLES: Readonly<Record<MoneyMeasure, MoneyTables>> = {
  invoiced: { raw: invoice.table, enriched: 'enriched_invoices', date: 'e.invoice_date is not null', also: '' },
  credited: { raw: creditMemo.table, enriched: 'enriched_credits', date: 'e.credit_date is not null', also: " and e.credit_type = 'credit_memo'" },
  paid: { raw: payment.table, enriched: 'enriched_payments', date: '1', also: '' },
  refunded: { raw: refund.table, enriched: 'enriched_refunds', date: 'e.refund_date is not null', also: '' },
};
const PAGE = 20_000;
/** ISO 4217 for "no currency": neither the record nor its account names one. */
const NO_CURRENCY = 'XXX';

/** All records of a measure and a brand that are not deleted, with what became of them, page by page. */
export async function* moneyRecords({ database, knex }: Source, brand: string, measure: MoneyMeasure): AsyncGenerator<MoneyRecord[]> {
  const { raw, enriched, date, also } = TABLES[measure];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows = await database.dialect.selectRows(
      knex,
      `select r.source_id, r.status, r.amount, coalesce(r.currency, a.currency), e.source_id is not null, e.status, e.amount, e.currency, ${date}, a.is_test, r.account_id
        from ${raw} r
        left join ${enriched} e on e.brand = r.brand and e.account_id = r.account_id${also} and e.source_id = r.source_id
        left join enriched_accounts a on a.brand = r.brand and a.account_id = r.account_id and a.source_id = r.account_id
        where r.brand = ? and r.source_id > ? and r.deleted_at is null order by r.source_id limit ${PAGE}`,
      [brand, after],
    );
    yield rows.map(([id, status, amount, currency, isEnriched, enrichedStatus, enrichedAmount, enrichedCurrency, hasDate, isTest, accountId]): MoneyRecord => {
      const own = textOf(currency) ?? NO_CURRENCY;
      return {
        id: String(id),
        accountId: textOf(accountId),
        currency: own,
        amount: amount === null || own === NO_CURRENCY ? undefined : toMinor(String(amount), own),
        status: textOf(status),
        enriched:
          Number(isEnriched) === 1
            ? {
                currency: textOf(enrichedCurrency),
                amount: enrichedAmount === null ? null : Number(enrichedAmount),
                status: textOf(enrichedStatus),
                hasDate: Number(hasDate) === 1,
                isTest: Number(isTest) === 1,
              }
            : undefined,
      };
    });
    after = rows.length < PAGE ? undefined : String(rows.at(-1)?.[0]);
  }
}

/** A record that the ledger counts and billing does not have any more. */
export interface DeletedRecord {
  readonly id: string;
  readonly accountId: string;
  readonly currency: string;
  readonly amount: number;
}

/** What the ledger counts of records that billing has deleted since. */
export async function deletedSince({ database, knex }: Source, brand: string, measure: MoneyMeasure): Promise<DeletedRecord[]> {
  const { raw, enriched, date, also } = TABLES[measure];
  const states = [...countedStates[measure]];
  const rows = await database.dialect.selectRows(
    knex,
    `select e.source_id, e.account_id, e.currency, e.amount from ${enriched} e
      join enriched_accounts a on a.brand = e.brand and a.account_id = e.account_id and a.source_id = e.account_id
      left join ${raw} r on r.brand = e.brand and r.source_id = e.source_id
      where e.brand = ?${also} and a.is_test = 0 and e.amount > 0 and ${date} and e.currency is not null
        and e.status in (${states.map(() => '?').join(',')})
        and (r.source_id is null or r.deleted_at is not null or r.account_id <> e.account_id)
      order by e.account_id, e.source_id`,
    [brand, ...states],
  );
  return rows.map(([id, accountId, currency, amount]) => ({ id: String(id), accountId: String(accountId), currency: String(currency), amount: Number(amount) }));
}

/** The sums of hub's customer accounts in a brand, by currency. */
export async function customerTotals({ database, knex }: Source, brand: string): Promise<Map<string, Record<MoneyMeasure, number>>> {
  const rows = await database.dialect.selectRows(
    knex,
    'select currency, sum(invoiced), sum(credited), sum(paid), sum(refunded) from customer_accounts where brand = ? group by currency',
    [brand],
  );
  return new Map(
    rows.map(([currency, invoiced, credited, paid, refunded]) => [
      String(currency),
      { invoiced: Number(invoiced), credited: Number(credited), paid: Number(paid), refunded: Number(refunded) },
    ]),
  );
}

/** Billing accounts that are test data, by brand: left out of all totals. */
export async function countTestAccounts({ database, knex }: Source, brands: readonly string[]): Promise<Map<string, number>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select brand, count(*) from enriched_accounts where is_test = 1 and brand in (${brands.map(() => '?').join(',')}) group by brand`,
    [...brands],
  );
  return new Map(rows.map(([brand, count]) => [String(brand), Number(count)]));
}
