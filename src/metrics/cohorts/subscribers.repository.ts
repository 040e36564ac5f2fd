import { groupBy } from '../../core/group-by.ts';
import { addMonths, type LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { textOf, type StoredValues } from '../../db/dialect.ts';
import type { Subscriber } from './subscribers.ts';

const MEMBERS_PER_QUERY = 500;

/**
 * Those whose recurring revenue of a brand, or of GROUP, began in a month, with all its movements, some at a time. Who
 * began in two currencies is a member of both.
 *
 * @param month `2025-01`
 */
export async function* readSubscribers({ database, tx }: { readonly database: Database; readonly tx: Transaction }, brand: string, month: string): AsyncGenerator<Subscriber, void> {
  const from = `${month}-01` as LocalDate;
  for (let [lastPerson, lastCurrency] = ['', '']; ; ) {
    const members = await database.dialect.selectRows(
      tx,
      `select m.person_id, m.currency, m.movement_date, c.first_sku, c.first_class, c.market, c.channel from mrr_movements m
        left join metric_customers c on c.brand = m.brand and c.person_id = m.person_id
        where m.brand = ? and m.kind = 'new' and m.movement_date >= ? and m.movement_date < ? and (m.person_id > ? or (m.person_id = ? and m.currency > ?))
        order by m.person_id, m.currency limit ${MEMBERS_PER_QUERY}`,
      [brand, from, addMonths(from, 1), lastPerson, lastPerson, lastCurrency],
    );
    const last = members.at(-1);
    if (last === undefined) return;
    [lastPerson, lastCurrency] = [String(last[0]), String(last[1])];
    const persons = [...new Set(members.map(([personId]) => String(personId)))];
    const movements = await database.dialect.selectRows(
      tx,
      `select person_id, currency, movement_date, amount from mrr_movements where brand = ? and person_id in (${persons.map(() => '?').join(',')})`,
      [brand, ...persons],
    );
    const lives = groupBy(movements, ([personId, currency]) => `${String(personId)}\t${String(currency)}`);
    for (const member of members) yield subscriberOf(member, lives.get(`${String(member[0])}\t${String(member[1])}`) ?? []);
  }
}

function subscriberOf([, currency, firstOn, sku, subscriptionClass, market, channel]: StoredValues, movements: readonly StoredValues[]): Subscriber {
  return {
    firstOn: String(firstOn) as LocalDate,
    currency: String(currency),
    values: { first_sku: textOf(sku), first_class: textOf(subscriptionClass), market: textOf(market), channel: textOf(channel) },
    movements: movements.map(([, , date, amount]) => ({ date: String(date) as LocalDate, amount: Number(amount) })),
  };
}
