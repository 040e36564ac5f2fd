import type { Knex } from 'knex';
import pLimit from 'p-limit';

import type { Database } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { catalogOf, type Catalog } from './catalog.ts';
import { catalogFactOf, factOf, factTables } from './fact-rows.ts';
import { catalogColumns, emptyFacts, factColumns, factEntities, type AccountFacts, type FactEntity } from './facts.ts';
import { linkedEntities, type LinkedEntity } from './links.repository.ts';

/** An account to read. */
export interface AccountName {
  readonly brand: string;
  readonly accountId: string;
}

/** Rows of an account lie scattered in the tables, so that most of the time is spent waiting for pages. */
const READS_AT_ONCE = 3;

/** Reads the live raw rows of the accounts, in bulk, by brand. */
export async function readFacts(database: Database, knex: Knex, accounts: readonly AccountName[]): Promise<Map<string, AccountFacts>> {
  const found = new Map<string, AccountFacts>();
  const idsByBrand = new Map<string, string[]>();
  for (const { brand, accountId } of accounts) {
    const key = `${brand}\n${accountId}`;
    if (found.has(key)) continue;
    found.set(key, emptyFacts(brand, accountId));
    const ids = idsByBrand.get(brand);
    if (ids === undefined) idsByBrand.set(brand, [accountId]);
    else ids.push(accountId);
  }
  for (const [brand, ids] of idsByBrand) {
    ids.sort();
    await pLimit(READS_AT_ONCE).map(factEntities, (entity) => readEntity(database, knex, entity, brand, ids, found));
    await readLinked(database, knex, brand, ids, found);
  }
  return found;
}

/** Which accounts the given ones depend on, beyond themselves. */
export async function readNeighbours(database: Database, knex: Knex, accounts: readonly AccountName[]): Promise<Map<string, string[]>> {
  const neighbours = new Map<string, string[]>();
  for (const brand of new Set(accounts.map((account) => account.brand))) {
    const keys = accounts.filter((account) => account.brand === brand).map(({ accountId }) => accountId).sort();
    const rows = await database.dialect.findByKeys(knex, {
      table: 'enrich_neighbours',
      brand,
      keyColumn: 'account_id',
      keys,
      columns: ['account_id', 'depends_on'],
    });
    for (const [account, dependsOn] of rows) {
      const key = `${brand}\n${String(account)}`;
      const list = neighbours.get(key);
      if (list === undefined) neighbours.set(key, [String(dependsOn)]);
      else list.push(String(dependsOn));
    }
  }
  return neighbours;
}

/** The live catalog of a brand. */
export async function readCatalog(database: Database, knex: Knex, brand: string): Promise<Catalog> {
  const rows = await database.dialect.selectRows(
    knex,
    `select ${catalogColumns.join(', ')} from raw_product_charges where brand = ? and deleted_at is null`,
    [brand],
  );
  return catalogOf(rows.map(catalogFactOf));
}

async function readEntity(
  database: Database,
  knex: Knex,
  entity: FactEntity,
  brand: string,
  ids: readonly string[],
  found: ReadonlyMap<string, AccountFacts>,
): Promise<void> {
  const keyColumn = entity === 'account' ? 'source_id' : 'account_id';
  const rows = await database.dialect.findByKeys(knex, {
    table: factTables[entity],
    brand,
    keyColumn,
    keys: ids,
    columns: [keyColumn, 'deleted_at', ...factColumns[entity]],
  });
  for (const row of rows) {
    if (row[1] === null) add(found, brand, String(row[0]), entity, row, 2);
  }
}

/** Rows without AccountId, by the links that were found before; one that got an AccountId since is read by that. */
async function readLinked(
  database: Database,
  knex: Knex,
  brand: string,
  ids: readonly string[],
  found: ReadonlyMap<string, AccountFacts>,
): Promise<void> {
  const accountOf = new Map<LinkedEntity, Map<string, string>>(linkedEntities.map((entity) => [entity, new Map()]));
  const linked = await database.dialect.findByKeys(knex, {
    table: 'enrich_owners',
    brand,
    keyColumn: 'account_id',
    keys: ids,
    columns: ['entity', 'source_id', 'account_id'],
  });
  for (const [entity, id, account] of linked) accountOf.get(entity as LinkedEntity)?.set(String(id), String(account));
  for (const [entity, links] of accountOf) {
    const rows = await database.dialect.findByKeys(knex, {
      table: factTables[entity],
      brand,
      keyColumn: 'source_id',
      keys: [...links.keys()].sort(),
      columns: ['account_id', 'deleted_at', ...factColumns[entity]],
    });
    for (const row of rows) {
      if (row[0] === null && row[1] === null) add(found, brand, links.get(String(row[2])) ?? '', entity, row, 2);
    }
  }
}

function add(found: ReadonlyMap<string, AccountFacts>, brand: string, accountId: string, entity: FactEntity, row: StoredValues, offset: number): void {
  const list = found.get(`${brand}\n${accountId}`)?.[entity] as unknown[] | undefined;
  list?.push(factOf(entity, row, offset));
}
