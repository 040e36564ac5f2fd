import { groupBy } from '../../core/group-by.ts';
import { addMonths, type LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf, type StoredValues } from '../../db/dialect.ts';
import { GROUP } from '../records/group.ts';
import type { Buyer } from './buyers.ts';

const PERSONS_PER_QUERY = 500;

/**
 * The members of the cohort of a brand, or of GROUP, with their revenue by day, some persons at a time: a cohort of any
 * size takes the memory of a few hundred customers.
 *
 * @param month of the acquisition, `2025-01`
 */
export async function* readBuyers({ database, tx }: { readonly database: Database; readonly tx: Transaction }, brand: string, month: string): AsyncGenerator<Buyer, void> {
  const from = `${month}-01` as LocalDate;
  for (let last = ''; ; ) {
    const members = await database.dialect.selectRows(
      tx,
      `select person_id, acquired_on, currency, first_sku, first_class, market, channel from metric_customers
        where brand = ? and acquired_on >= ? and acquired_on < ? and person_id > ? order by person_id limit ${PERSONS_PER_QUERY}`,
      [brand, from, addMonths(from, 1), last],
    );
    if (members.length === 0) return;
    last = String(members.at(-1)?.[0]);
    const persons = members.map(([personId]) => String(personId));
    const scope = `person_id in (${persons.map(() => '?').join(',')})${brand === GROUP ? '' : ' and brand = ?'}`;
    // An invoice is above 0 as a whole: the lines of several days or currencies are never of one.
    const invoices = await database.dialect.selectRows(
      tx,
      `select person_id, fact_date, currency, sum(amount), sum(case when kind in ('sale', 'discount', 'rest') then amount + tax else 0 end)
        from revenue_facts where ${scope} group by person_id, fact_date, currency, brand, invoice_id`,
      brand === GROUP ? persons : [...persons, brand],
    );
    const revenue = groupBy(invoices, ([personId]) => String(personId));
    for (const member of members) yield buyerOf(member, revenue.get(String(member[0])) ?? []);
  }
}

function buyerOf([, acquiredOn, currency, sku, subscriptionClass, market, channel]: StoredValues, rows: readonly StoredValues[]): Buyer {
  return {
    acquiredOn: String(acquiredOn) as LocalDate,
    currency: String(currency),
    values: { first_sku: textOf(sku), first_class: textOf(subscriptionClass), market: textOf(market), channel: textOf(channel) },
    revenue: rows.map(([, date, own, amount]) => ({ date: String(date) as LocalDate, currency: String(own), amount: Number(amount) })),
    purchases: rows.flatMap(([, date, , , gross]) => (Number(gross) > 0 ? [String(date) as LocalDate] : [])),
  };
}
