import { groupBy } from '../../core/group-by.ts';
import { compareText } from '../../core/compare.ts';
import { oneSpelling } from '../../core/decimal.ts';
import type { LocalDate } from '../../core/time.ts';
import { numberOf } from '../../db/dialect.ts';
import { shares } from '../../orders/ledger/shares.ts';
import type { DayRange } from '../aggregates/calendar.ts';
import type { AggregateSource } from '../aggregates/read-aggregates.repository.ts';
import type { MarginFact, UnitCost } from './product-margin.ts';

/** Revenue of lines in a range: what is bought, and what comes with it (shipping, fees). */
export interface GoodsFacts {
  readonly bought: readonly MarginFact[];
  readonly alongside: readonly MarginFact[];
}

const BOUGHT: ReadonlySet<string> = new Set(['product', 'subscription', 'trial']);
const ALONGSIDE: ReadonlySet<string> = new Set(['shipping', 'fee']);
const IDS_PER_QUERY = 500;
/** Stands for the product of a line that names none. */
const WITHOUT_SKU = '-';

/** Every cost that is known of a brand's products. */
export async function readUnitCosts({ database, tx }: AggregateSource, brand: string): Promise<UnitCost[]> {
  const rows = await database.dialect.selectRows(tx, 'select sku, currency, valid_from, unit_cost, fulfilment_cost from product_costs where brand = ?', [brand]);
  return rows.map(([sku, currency, from, unit, fulfilment]) => ({ sku: String(sku), currency: String(currency), validFrom: String(from) as LocalDate, unit: oneSpelling(unit, true) ?? '0', fulfilment: oneSpelling(fulfilment, true) }));
}

/** The facts of lines in a range, each with the day on which its line was sold. */
export async function readGoodsFacts(source: AggregateSource, brand: string, { from, to }: DayRange): Promise<GoodsFacts> {
  const { database, tx } = source;
  const rows = await database.dialect.selectRows(
    tx,
    `select f.kind, coalesce(f.sku, '${WITHOUT_SKU}'), f.currency, coalesce(s.fact_date, f.fact_date), f.quantity, f.amount, f.payment_fee, f.category, f.order_id, f.account_id, f.source_id, f.part
      from revenue_facts f left join revenue_facts s on s.brand = f.brand and s.account_id = f.account_id and s.kind = 'sale' and s.line_id = f.line_id
      where f.brand = ? and f.fact_date >= ? and f.fact_date < ? and f.kind in ('sale', 'discount', 'credit', 'refund') and f.category is not null`,
    [brand, from, to],
  );
  const orders = [...new Set(rows.flatMap(([kind, , , , , , , , order]) => (kind === 'sale' && order !== null ? [String(order)] : [])))].sort();
  const shipping = await shippingOf(source, brand, orders);
  const facts = rows.map(([kind, sku, currency, soldOn, quantity, amount, fee, category, , account, id, part]) => ({
    category: String(category),
    fact: {
      ...{ kind: kind as MarginFact['kind'], sku: String(sku), currency: String(currency), soldOn: String(soldOn) as LocalDate, quantity: oneSpelling(quantity, true), amount: Number(amount) },
      ...{ paymentFee: numberOf(fee), shipping: kind === 'sale' ? shipping.get(`${String(account)}\t${String(id)}\t${String(part)}`) : undefined },
    },
  }));
  const of = (categories: ReadonlySet<string>): MarginFact[] => facts.filter(({ category }) => categories.has(category)).map(({ fact }) => fact);
  return { bought: of(BOUGHT), alongside: of(ALONGSIDE) };
}

/**
 * What shipping cost each sale of the orders of which that is known, by largest remainder over their net amounts. What is billed
 * later, a renewal, was not shipped with the order: its first day counts.
 */
async function shippingOf({ database, tx }: AggregateSource, brand: string, orders: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (let start = 0; start < orders.length; start += IDS_PER_QUERY) {
    const some = orders.slice(start, start + IDS_PER_QUERY);
    const marks = some.map(() => '?').join(', ');
    const costs = await database.dialect.selectRows(
      tx,
      `select o.order_id, c.currency, sum(c.cost) from orders o join shipping_costs c on c.brand = o.brand and c.order_id in (o.order_reference, o.public_id)
        where o.brand = ? and o.order_id in (${marks}) group by o.order_id, c.currency
      union all
      select o.source_id, c.currency, sum(c.cost) from shop_orders o join shipping_costs c on c.brand = o.brand and c.order_id in (o.order_name, o.order_id)
        where o.brand = ? and o.source_id in (${marks}) group by o.source_id, c.currency`,
      [brand, ...some, brand, ...some],
    );
    if (costs.length === 0) continue;
    const sales = await database.dialect.selectRows(
      tx,
      `select order_id, currency, account_id, source_id, part, amount, category, fact_date from revenue_facts where brand = ? and kind = 'sale' and order_id in (${marks})`,
      [brand, ...some],
    );
    const lines = groupBy(sales.filter(([, , , , , , category]) => BOUGHT.has(String(category))), ([order, currency]) => `${String(order)}\t${String(currency)}`);
    for (const [order, currency, cost] of costs) {
      const all = lines.get(`${String(order)}\t${String(currency)}`) ?? [];
      const first = all.map(([, , , , , , , day]) => String(day)).sort()[0];
      const own = all.filter(([, , , , , , , day]) => String(day) === first).sort((a, b) => compareText(String(a[3]), String(b[3])) || compareText(String(a[4]), String(b[4])));
      const parts = shares(Number(cost), own.map(([, , , , , amount]) => Math.max(0, Number(amount))));
      own.forEach(([, , account, id, part], index) => found.set(`${String(account)}\t${String(id)}\t${String(part)}`, parts[index] ?? 0));
    }
  }
  return found;
}
