import type { LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf } from '../../db/dialect.ts';
import { metricRevenueDays, type RevenueDayRecord } from '../records/aggregate-tables.ts';
import { GROUP } from '../records/group.ts';
import type { DayRange } from './calendar.ts';
import type { CampaignFact } from './campaigns.ts';
import type { OrderDay, PurchaseDay } from './customer-periods.ts';

/**
 * What the sums over persons are read from. The database adds up whatever only needs adding (a day of a market: a few rows
 * of many), which spares moving a million facts; what follows a calendar (periods, windows, ages) is decided in pure code
 * from rows that are added up by day.
 */
export interface AggregateSource {
  readonly database: Database;
  readonly tx: Transaction;
}

const OF_INVOICES = "kind in ('sale', 'discount', 'rest')";

/** The revenue of a brand by day, market, currency, customer type and category (metrics, "Customers and revenue"). */
export async function readRevenueDays({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<RevenueDayRecord[]> {
  const sumOf = (kinds: string): string => `sum(case when kind in (${kinds}) then amount else 0 end)`;
  const rows = await database.dialect.selectRows(
    tx,
    `select fact_date, market, currency, customer_type, category, ${sumOf("'sale', 'rest'")}, ${sumOf("'discount'")}, sum(tax), ${sumOf("'credit'")}, ${sumOf("'refund'")},
        sum(amount), count(distinct case when kind = 'sale' then order_id end)
      from revenue_facts where brand = ? and fact_date >= ? and fact_date < ? group by fact_date, market, currency, customer_type, category`,
    [brand, from, to],
  );
  return rows.map(([day, market, currency, customerType, category, ...sums]) => {
    const [gross = 0, discounts = 0, tax = 0, credits = 0, refunds = 0, net = 0, orders = 0] = sums.map(Number);
    const measures = { gross_sales: gross, discounts, tax, credits, refunds, net_revenue: net, orders };
    return metricRevenueDays.rowOf({
      ...{ brand, day: String(day), market: textOf(market ?? null), currency: String(currency), customer_type: String(customerType), category: textOf(category ?? null) },
      ...measures,
    });
  });
}

/** The days on which customers of a brand, or of GROUP, had an invoice above 0, each once a person. */
export async function readPurchaseDays(source: AggregateSource, brand: string, { from, to }: DayRange): Promise<PurchaseDay[]> {
  const brands = await brandsOf(source, brand, 'revenue_facts');
  if (brands.length === 0) return [];
  const rows = await source.database.dialect.selectRows(
    source.tx,
    `select distinct i.person_id, i.fact_date, c.acquired_on from (
        select brand, person_id, invoice_id, fact_date from revenue_facts
          where brand in (${brands.map(() => '?').join(',')}) and fact_date >= ? and fact_date < ? and ${OF_INVOICES}
          group by brand, person_id, invoice_id, fact_date having sum(amount + tax) > 0) i
      join metric_customers c on c.brand = ? and c.person_id = i.person_id where c.acquired_on is not null`,
    [...brands, from, to, brand],
  );
  return rows.map(([personId, day, acquiredOn]) => ({ personId: String(personId), day: String(day) as LocalDate, acquiredOn: String(acquiredOn) as LocalDate }));
}

/** The brand, or for GROUP all that a table holds: without its brands no index finds the days of a range. */
async function brandsOf({ database, tx }: AggregateSource, brand: string, table: 'revenue_facts'): Promise<string[]> {
  if (brand !== GROUP) return [brand];
  const rows = await database.dialect.selectRows(tx, `select distinct brand from ${table}`, []);
  return rows.map(([own]) => String(own));
}

/** The orders of billing, and those of shops that billing does not have: table, day, customer, and which of them. */
const ORDERS = [
  ['orders', 'ordered_at', 'person_id', ''],
  ['shop_orders', 'ordered_on', 'buyer_id', 'o.is_test = 0 and o.billing_order_id is null and o.buyer_id is not null and '],
] as const;

/** The orders placed with a brand, or with any for GROUP; whether by a new customer, their own brand says. */
export async function readOrderDays({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<OrderDay[]> {
  const found: OrderDay[] = [];
  for (const [table, day, customer, which] of ORDERS) {
    const isNew = `case when c.acquired_on is null or c.acquired_on >= o.${day} then 1 else 0 end`;
    const rows = await database.dialect.selectRows(
      tx,
      `select o.${day}, ${isNew}, count(*) from ${table} o left join metric_customers c on c.brand = o.brand and c.person_id = o.${customer}
        where ${which}${brand === GROUP ? '' : 'o.brand = ? and '}o.${day} >= ? and o.${day} < ? group by o.${day}, ${isNew}`,
      [...(brand === GROUP ? [] : [brand]), from, to],
    );
    found.push(...rows.map(([on, flag, orders]): OrderDay => ({ day: String(on) as LocalDate, isNew: Number(flag) === 1, orders: Number(orders) })));
  }
  return found;
}

/** What the chains of a brand that began in the range, with a coupon or a campaign, brought in by day. */
export async function readCampaignFacts({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): Promise<CampaignFact[]> {
  const columns = 'chain_id, chain_start, coupon_code, campaign, customer_type, person_id, currency, fact_date';
  const rows = await database.dialect.selectRows(
    tx,
    `select ${columns}, sum(amount), sum(case when kind = 'discount' then amount else 0 end) from revenue_facts
      where brand = ? and chain_start >= ? and chain_start < ? and (coupon_code is not null or campaign is not null) group by ${columns}`,
    [brand, from, to],
  );
  return rows.map(([chainId, chainStart, coupon, campaign, customerType, personId, currency, date, net, discount]) => ({
    ...{ chainId: String(chainId), chainStart: String(chainStart) as LocalDate, coupon: textOf(coupon ?? null), campaign: textOf(campaign ?? null) },
    ...{ customerType: String(customerType), personId: String(personId), currency: String(currency), date: String(date) as LocalDate },
    ...{ net: Number(net), discount: Number(discount) },
  }));
}
