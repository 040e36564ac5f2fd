import type { Knex } from 'knex';

import type { Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { snapshotBuilder, type SnapshotBuilder } from './build.ts';
import type { Snapshot } from './snapshot.ts';

/** Rows that are read at once. */
const PAGE = 10_000;

const after = (brand: string, id: string): string => `(${brand} > ? or (${brand} = ? and ${id} > ?))`;

/**
 * Pages in the order of their first two columns, which are a key; then the hash, and the brand at which the person is
 * active or null. Who exists: accounts that are no test data, and subscribers.
 */
const STATEMENTS = [
  `select a.brand, a.account_id, a.email_sha256, case when exists (
      select 1 from enriched_subscriptions s where s.brand = a.brand and s.account_id = a.account_id and s.is_active = 1
    ) then a.brand end
    from enriched_accounts a where a.is_test = 0 and a.email_sha256 is not null and ${after('a.brand', 'a.account_id')} order by a.brand, a.account_id limit ${PAGE}`,
  `select brand, person_id, email_sha256, null from email_subscribers where ${after('brand', 'person_id')} order by brand, person_id limit ${PAGE}`,
];

/**
 * The change number up to which everything is written: no run that is under way may still write up to it (as the marks of
 * stages do). One that died and is not declared gone yet holds it back until it is.
 */
async function settledNumber(knex: Knex): Promise<number> {
  const counter = await knex<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value');
  const live = await knex<{ status: string; change_no: number | null }>('job_runs').where({ status: 'running' }).min({ first: 'change_no' });
  const [{ first } = { first: null }] = live as { first: number | null }[];
  const last = counter?.value ?? 0;
  return first === null ? last : Math.min(last, first - 1);
}

/** Everybody whom the database knows; undefined if nothing has changed since a snapshot. */
export async function readPersons(database: Database, brands: readonly string[], clock: Clock, known: number | undefined): Promise<Snapshot | undefined> {
  return database.snapshot(async (knex) => {
    const number = await settledNumber(knex);
    if (known !== undefined && number <= known) return undefined;
    const at = clock.now();
    const builder = snapshotBuilder(brands);
    for (const statement of STATEMENTS) await addPages(database, knex, statement, builder);
    return builder.finish(number, at);
  });
}

async function addPages({ dialect }: Database, knex: Knex, statement: string, builder: SnapshotBuilder): Promise<void> {
  for (let [brand, id] = ['', '']; ; ) {
    const rows = await dialect.selectRows(knex, statement, [brand, brand, id]);
    for (const [, , hash, activeAt] of rows) builder.add(String(hash), activeAt === null || activeAt === undefined ? undefined : String(activeAt));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    [brand, id] = [String(last[0]), String(last[1])];
  }
}
