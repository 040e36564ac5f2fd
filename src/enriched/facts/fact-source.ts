import type { Knex } from 'knex';

import type { Database } from '../../db/database.ts';
import { emptyFacts, type AccountFacts } from './facts.ts';
import { readFacts, type AccountName } from './facts.repository.ts';

/** Gives the facts of an account that was read. */
export type FactsOf = (account: AccountName) => AccountFacts;

/** Where the facts of accounts are read from. Persons are asked for in the order of the queue. */
export interface FactSource {
  /** Reads the facts of the accounts of some persons, and of others that these depend on. */
  read(knex: Knex, own: readonly AccountName[], others: readonly AccountName[]): Promise<FactsOf>;
  close(): Promise<void>;
}

/** Looks the rows of each account up. */
export function lookedUpFacts(database: Database): FactSource {
  return {
    async read(knex, own, others) {
      const facts = await readFacts(database, knex, [...own, ...others]);
      return ({ brand, accountId }) => facts.get(`${brand}\n${accountId}`) ?? emptyFacts(brand, accountId);
    },
    close: () => Promise.resolve(),
  };
}
