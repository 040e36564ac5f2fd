import type { Knex } from 'knex';

import type { Database } from '../../db/database.ts';
import { AccountRanges } from './account-ranges.ts';

const PERSONS_PER_QUERY = 500;

/** The queue of a run in ranges of so many persons. */
export async function readRanges(database: Database, knex: Knex, runId: string, persons: number): Promise<AccountRanges> {
  const bounds: string[] = [];
  for (let last = ''; ; ) {
    const [row] = await database.dialect.selectRows(
      knex,
      `select leader from enrich_persons where run_id = ? and leader > ? order by leader, person_id limit 1 offset ${persons - 1}`,
      [runId, last],
    );
    if (row === undefined) break;
    last = String(row[0]);
    bounds.push(last);
  }
  return new AccountRanges(bounds, await otherAccounts(database, knex, runId));
}

/** The accounts of persons that have several, but the leaders. */
async function otherAccounts(database: Database, knex: Knex, runId: string): Promise<[brand: string, accountId: string, leader: string][]> {
  const { dialect } = database;
  const leaders = new Map<string, string>();
  const several = `select person_id, min(account_id) from enrich_queue where run_id = ? group by person_id having count(*) > 1`;
  for (const [personId, leader] of await dialect.selectRows(knex, several, [runId])) leaders.set(String(personId), String(leader));
  const persons = [...leaders.keys()].sort();
  const others: [string, string, string][] = [];
  for (let start = 0; start < persons.length; start += PERSONS_PER_QUERY) {
    const some = persons.slice(start, start + PERSONS_PER_QUERY);
    const accounts = await dialect.selectRows(
      knex,
      `select brand, account_id, person_id from enrich_queue where run_id = ? and person_id in (${some.map(() => '?').join(',')})`,
      [runId, ...some],
    );
    for (const [brand, account, personId] of accounts) {
      const leader = leaders.get(String(personId)) ?? '';
      if (account !== leader) others.push([String(brand), String(account), leader]);
    }
  }
  return others;
}
