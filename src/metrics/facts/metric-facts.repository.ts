import type { AccountName } from '../../engine/stage/decide-persons.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import type { MrrPerson } from '../mrr/mrr-facts.ts';
import { readMrrPersons } from './mrr-facts.repository.ts';
import type { ShopOrder } from './shop-order.ts';
import { readRevenueFacts, type RevenueFacts } from './revenue-facts.repository.ts';
import { readShopOrders } from './shop-orders.repository.ts';

/** A person with everything that metrics are decided from, but credit notes. */
export interface MetricPerson {
  readonly personId: string;
  readonly recurring: MrrPerson;
  readonly revenue: PersonFacts;
  /** All of them, those that do not count too. */
  readonly shopOrders: readonly ShopOrder[];
}

/** What the metrics of some persons are decided from. */
export interface MetricFacts {
  readonly people: readonly MetricPerson[];
  readonly notes: RevenueFacts['notes'];
}

/** Reads the facts of persons, all at one moment of the transaction. A person without any account or order has none left. */
export async function readMetricFacts(database: Database, tx: Transaction, personIds: readonly string[]): Promise<MetricFacts> {
  const recurring = await readMrrPersons(database, tx, personIds);
  const { people, notes } = await readRevenueFacts(database, tx, personIds);
  const shopOrders = await readShopOrders(database, tx, personIds);
  const revenue = new Map(people.map((person) => [person.personId, person]));
  return {
    people: recurring.map((person) => ({ personId: person.personId, recurring: person, revenue: revenue.get(person.personId) ?? { personId: person.personId, accounts: [] }, shopOrders: shopOrders.get(person.personId) ?? [] })),
    notes,
  };
}

/** The accounts of persons, and the orders of shops that stand in the place of some. */
export function accountsOf(people: readonly MetricPerson[]): AccountName[] {
  return people.flatMap(({ recurring, shopOrders }) => [...recurring.accounts.map(({ brand, accountId }) => ({ brand, accountId })), ...shopOrders.map(({ brand, key }) => ({ brand, accountId: key }))]);
}
