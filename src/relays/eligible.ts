import { replaceAddresses } from '../core/text/addresses.ts';
import { domainForms } from '../core/text/email.ts';
import { sha256Hex } from '../core/hash.ts';
import { testData } from '../enriched/classify/test-data.ts';
import { personIdOf } from '../enriched/facts/person.ts';
import type { Rules } from '../enriched/rules/rules.ts';
import type { Fact } from './outbox.ts';
import type { Unwanted } from './outbox/unwanted.repository.ts';

/** A fact with whom it names. */
export interface NamedFact {
  readonly fact: Fact;
  /** The person whom it is about, and those whose addresses stand in its payload. */
  readonly personIds: readonly string[];
  readonly addresses: readonly string[];
}

const REASONS: Readonly<Record<Unwanted, string>> = {
  erased: 'it names a person who was erased',
  suppressed: 'it names a person who is suppressed',
  test: 'it names test data',
};

/** Finds whom a fact names, in every form of their domains: who was suppressed under one must not leave under the other. */
export function namedIn(fact: Fact): NamedFact {
  const addresses = new Set<string>();
  replaceAddresses(fact.payload, (address) => {
    addresses.add(address);
    return address;
  });
  const ids = [...addresses].flatMap(domainForms).map((address) => personIdOf(sha256Hex(address)));
  return { fact, addresses: [...addresses], personIds: [...new Set([...(fact.personId === null ? [] : [fact.personId]), ...ids])] };
}

/**
 * Why a fact must not leave, in words; undefined if it may. Also an address that belongs to nobody here yet can be test
 * data, by its own rules (classification, "Test data").
 * @param unwanted of all persons whom it names
 */
export function refusalOf({ fact, personIds, addresses }: NamedFact, unwanted: ReadonlyMap<string, Unwanted>, rules: Rules): string | undefined {
  const found = new Set(personIds.flatMap((id) => unwanted.get(id) ?? []));
  const isTest = testData(rules, { brand: fact.brand ?? '', testFlag: null, batch: null, emails: addresses, emailHashes: addresses.map(sha256Hex), names: [] }).isTest;
  if (isTest) found.add('test');
  const worst = (['erased', 'suppressed', 'test'] as const).find((reason) => found.has(reason));
  return worst === undefined ? undefined : REASONS[worst];
}
