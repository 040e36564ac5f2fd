import type { Knex } from 'knex';

import type { Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { snapshotBuilder, type SnapshotBuilder } from './build.ts';
import type { Snapshot } from './snapshot.ts';

/** Rows that are read at once. */
const PAGE = 10_000;

/** Persons whom one statement asks for. */
const IDS_PER_QUERY = 500;
/** If more have changed, everybody is read: in the order of the keys, not here and there. */
const MOST_CHANGED = 20_000;

/** Who exists: accounts that are no test data, subscribers and contacts. Each: brand, id, hash, the brand of activity or null. */
const SELECTIONS = [
  {
    columns: `a.brand, a.account_id, a.email_sha256, case when exists (
      select 1 from enriched_subscriptions s where s.brand = a.brand and s.account_id = a.account_id and s.is_active = 1
    ) then a.brand end`,
    from: 'enriched_accounts a where a.is_test = 0 and a.email_sha256 is not null',
    key: ['a.brand', 'a.account_id'],
    person: 'a.person_id',
    isByBrand: false,
  },
  { columns: 'brand, person_id, email_sha256, null', from: 'email_subscribers where 1 = 1', key: ['brand', 'person_id'], person: 'person_id', isByBrand: true },
  { columns: "brand, person_id, email_sha256, case when state = 'active' then brand end", from: 'contacts where 1 = 1', key: ['brand', 'person_id'], person: 'person_id', isByBrand: true },
] as const;

/** Whose records changed since a number: `person_id`, which of somebody with an address is the begin of its hash. */
const CHANGES = ['enriched_changes', 'email_subscribers', 'contacts'];

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
    for (const selection of SELECTIONS) await addPages(database, knex, selection, builder);
    return builder.finish(number, at);
  });
}

/** What has changed since a snapshot. */
export interface PersonChanges {
  /** Ids of persons, of whom everything that a snapshot said before does not hold any more. */
  readonly personIds: readonly string[];
  /** Those of them who are known now. */
  readonly now: Snapshot;
}

/**
 * What has changed since a snapshot; undefined if nothing has, `many` if so much that everybody should be read.
 * @param known the number of the snapshot
 */
export async function readChanges(database: Database, brands: readonly string[], clock: Clock, known: number): Promise<PersonChanges | 'many' | undefined> {
  return database.snapshot(async (knex) => {
    const number = await settledNumber(knex);
    if (number <= known) return undefined;
    const at = clock.now();
    const ids = new Set<string>();
    for (const table of CHANGES) {
      const rows = await database.dialect.selectRows(knex, `select distinct person_id from ${table} where change_no > ? and change_no <= ? limit ${MOST_CHANGED + 1}`, [known, number]);
      for (const [id] of rows) if (id !== null && id !== undefined) ids.add(String(id));
      if (ids.size > MOST_CHANGED) return 'many';
    }
    const personIds = [...ids].sort();
    const builder = snapshotBuilder(brands);
    for (const selection of SELECTIONS) await addPersons(database, knex, selection, brands, personIds, builder);
    return { personIds, now: builder.finish(number, at) };
  });
}

type Selection = (typeof SELECTIONS)[number];

async function addPages({ dialect }: Database, knex: Knex, { columns, from, key: [brandKey, idKey] }: Selection, builder: SnapshotBuilder): Promise<void> {
  const statement = `select ${columns} from ${from} and (${brandKey} > ? or (${brandKey} = ? and ${idKey} > ?)) order by ${brandKey}, ${idKey} limit ${PAGE}`;
  for (let [brand, id] = ['', '']; ; ) {
    const rows = await dialect.selectRows(knex, statement, [brand, brand, id]);
    addRows(rows, builder);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    [brand, id] = [String(last[0]), String(last[1])];
  }
}

async function addPersons({ dialect }: Database, knex: Knex, { columns, from, person, isByBrand }: Selection, brands: readonly string[], ids: readonly string[], builder: SnapshotBuilder): Promise<void> {
  // With the brands named, their key is of use.
  const within = isByBrand ? `brand in (${brands.map(() => '?').join(', ')}) and ` : '';
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    const some = ids.slice(start, start + IDS_PER_QUERY);
    const statement = `select ${columns} from ${from} and ${within}${person} in (${some.map(() => '?').join(', ')})`;
    addRows(await dialect.selectRows(knex, statement, [...(isByBrand ? brands : []), ...some]), builder);
  }
}

function addRows(rows: readonly StoredValues[], builder: SnapshotBuilder): void {
  for (const [, , hash, activeAt] of rows) builder.add(String(hash), activeAt === null || activeAt === undefined ? undefined : String(activeAt));
}
