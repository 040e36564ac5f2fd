import { compareText } from '../../core/compare.ts';
import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import type { PersonFacts } from '../../orders/facts/facts.ts';
import type { CreditNote } from '../../orders/ledger/credit-note.ts';
import { GROUP } from '../records/group.ts';
import { type MetricCustomerRecord, type RevenueFactRecord } from '../records/revenue-tables.ts';
import { acquisitionOf } from './acquisition.ts';
import { billedChains } from './billed-chains.ts';
import { customerRecords, type CustomerScope } from './customer-records.ts';
import { factRecords } from './fact-records.ts';
import { revenueAccount } from './revenue-account.ts';
import type { RevenueSetup } from './revenue-setup.ts';

/** What decides the revenue of a person, beside the facts. */
export interface RevenueInputs {
  /** The credit notes by brand and account, separated by a tab. */
  readonly notes: ReadonlyMap<string, readonly CreditNote[]>;
  /** The day of the first recurring revenue, by brand and for GROUP. */
  readonly firstMrr: ReadonlyMap<string, LocalDate>;
  readonly setup: RevenueSetup;
}

/** All that is stored of a person's revenue. */
export interface PersonRevenue {
  readonly facts: readonly RevenueFactRecord[];
  readonly customers: readonly MetricCustomerRecord[];
}

/** The revenue of a person and what it makes the person a customer of, from the facts alone. Test accounts have none. */
export function personRevenue(person: PersonFacts, { notes, firstMrr, setup }: RevenueInputs): PersonRevenue {
  const { personId } = person;
  const real = { personId, accounts: person.accounts.filter(({ account }) => !account.is_test) };
  const accounts = real.accounts
    .map((facts) => revenueAccount(facts, notes.get(`${facts.brand}\t${facts.account.account_id}`) ?? []))
    .sort((a, b) => compareText(a.facts.brand, b.facts.brand) || compareText(a.facts.account.account_id, b.facts.account.account_id));
  const chainOfLine = billedChains(real);
  const scopeOf = (brand: string, own: typeof accounts): CustomerScope => ({ brand, acquisition: acquisitionOf(own), firstMrrOn: firstMrr.get(brand) });
  const scopes = [...groupBy(accounts, ({ facts }) => facts.brand)].map(([brand, own]) => scopeOf(brand, own));
  const acquiredOn = new Map(scopes.map(({ brand, acquisition }) => [brand, acquisition?.invoice.invoiceDate]));
  return {
    facts: accounts.flatMap((account) => factRecords(personId, account, acquiredOn.get(account.facts.brand), chainOfLine, setup)),
    customers: customerRecords(personId, [...scopes, scopeOf(GROUP, accounts)], chainOfLine, setup.channelOf),
  };
}
