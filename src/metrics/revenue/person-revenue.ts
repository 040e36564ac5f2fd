import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import { GROUP } from '../records/group.ts';
import { type MetricCustomerRecord, type RevenueFactRecord } from '../records/revenue-tables.ts';
import { acquisitionOf, type Purchase } from './acquisition.ts';
import { billedChains } from './billed-chains.ts';
import { billedPurchases } from './billed-purchases.ts';
import { customerRecords, type CustomerScope } from './customer-records.ts';
import { factRecords } from './fact-records.ts';
import { revenueAccount } from './revenue-account.ts';
import type { RevenueSetup } from './revenue-setup.ts';
import type { ShopOrder } from '../facts/shop-order.ts';
import { countedOrders, shopPurchases, shopRecords } from './shop-records.ts';

/** What decides the revenue of a person, beside the facts of billing. */
export interface RevenueInputs {
  /** The credit notes by brand and account, separated by a tab. */
  readonly notes: ReadonlyMap<string, readonly CreditNote[]>;
  /** The day of the first recurring revenue, by brand and for GROUP. */
  readonly firstMrr: ReadonlyMap<string, LocalDate>;
  /** The person's orders of shops. */
  readonly shopOrders: readonly ShopOrder[];
  readonly setup: RevenueSetup;
}

/** All that is stored of a person's revenue. */
export interface PersonRevenue {
  readonly facts: readonly RevenueFactRecord[];
  readonly customers: readonly MetricCustomerRecord[];
}

/** The revenue of a person and what it makes the person a customer of, from the facts alone. Test accounts and tests have none. */
export function personRevenue(person: PersonFacts, { notes, firstMrr, shopOrders, setup }: RevenueInputs): PersonRevenue {
  const { personId } = person;
  const real = { personId, accounts: person.accounts.filter(({ account }) => !account.is_test) };
  const accounts = real.accounts
    .map((facts) => revenueAccount(facts, notes.get(`${facts.brand}\t${facts.account.account_id}`) ?? []))
    .sort((a, b) => compareText(a.facts.brand, b.facts.brand) || compareText(a.facts.account.account_id, b.facts.account.account_id));
  const orders = countedOrders(shopOrders).sort((a, b) => compareText(a.order.brand, b.order.brand) || compareText(a.order.key, b.order.key));
  const chainOfLine = billedChains(real);
  const purchases = [...accounts.flatMap((account) => billedPurchases(account, chainOfLine, setup.channelOf)), ...orders.flatMap((order) => shopPurchases(order, setup))];
  const scopeOf = (brand: string, own: readonly Purchase[]): CustomerScope => ({ brand, acquisition: acquisitionOf(own), firstMrrOn: firstMrr.get(brand) });
  const byBrand = groupBy(purchases, ({ brand }) => brand);
  const brands = [...new Set([...accounts.map(({ facts }) => facts.brand), ...orders.map(({ order }) => order.brand)])];
  const scopes = brands.map((brand) => scopeOf(brand, byBrand.get(brand) ?? []));
  const acquiredOn = new Map(scopes.map(({ brand, acquisition }) => [brand, acquisition?.purchase.date]));
  return {
    facts: [
      ...accounts.flatMap((account) => factRecords(personId, account, acquiredOn.get(account.facts.brand), chainOfLine, setup)),
      ...orders.flatMap((order) => shopRecords(personId, order, acquiredOn.get(order.order.brand), setup)),
    ],
    customers: customerRecords(personId, [...scopes, scopeOf(GROUP, purchases)]),
  };
}
