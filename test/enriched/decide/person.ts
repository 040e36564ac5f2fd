import type { LocalDate } from '../../../src/core/time.ts';
import { judgeAccount } from '../../../src/enriched/decide/enrich-account.ts';
import type { EnrichSetup } from '../../../src/enriched/decide/enrich-charges.ts';
import { emptyFacts, factColumns, type AccountFacts, type CatalogFact, type Fact, type FactEntity } from '../../../src/enriched/facts/facts.ts';
import { catalogColumns } from '../../../src/enriched/facts/facts.ts';
import { indexOf, type PersonIndex } from '../../../src/enriched/facts/person-index.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

/** A raw row of which only the given columns hold anything. */
export function rowOf<Entity extends FactEntity>(entity: Entity, values: Partial<Fact<Entity>>): Fact<Entity> {
  return { ...Object.fromEntries(factColumns[entity].map((column) => [column, null])), ...values };
}

/** A charge of the catalog of which only the given columns hold anything. */
export function catalogRowOf(values: Partial<CatalogFact>): CatalogFact {
  return { ...Object.fromEntries(catalogColumns.map((column) => [column, null])), ...values } as CatalogFact;
}

/** The account a1 of alpina in EUR, with a contact and these rows. */
export function accountFacts(rows: Partial<AccountFacts> = {}): AccountFacts {
  return {
    ...emptyFacts('alpina', 'a1'),
    account: [rowOf('account', { source_id: 'a1', name: 'Anna Gruber', currency: 'EUR', bill_to_id: 'k1' })],
    contact: [rowOf('contact', { source_id: 'k1', first_name: 'Anna', last_name: 'Gruber', work_email: 'anna@mail.invalid' })],
    ...rows,
  };
}

/** The shipped rules on 15 June 2026, with a catalog of alpina. */
export function setupOf(...catalog: readonly CatalogFact[]): EnrichSetup {
  return { rules: shippedRules, catalogs: new Map([['alpina', new Map(catalog.map((fact) => [fact.source_id ?? '', fact]))]]), asOf: '2026-06-15' as LocalDate };
}

/** All rows of these accounts. */
export function indexed(...accounts: readonly AccountFacts[]): PersonIndex {
  return indexOf(accounts.map((facts) => judgeAccount(shippedRules, facts)));
}
