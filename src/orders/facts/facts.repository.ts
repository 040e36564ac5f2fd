import type { Knex } from 'knex';
import pLimit from 'p-limit';

import { compareText } from '../../core/compare.ts';
import { parseDecimal } from '../../core/decimal.ts';
import type { Database } from '../../db/database.ts';
import { textOf, type StoredValues } from '../../db/dialect.ts';
import { enrichedTables } from '../../enriched/records/enriched-tables.ts';
import { groupBy } from '../../core/group-by.ts';
import { accountTables, factColumns, type AccountFacts, type FactOf, type FactTable, type PersonFacts, type ProductFact } from './facts.ts';

const READS_AT_ONCE = 3;
const KEYS_PER_QUERY = 500;

/** Reads all enriched records of the persons, in bulk. A person without any account has none left. */
export async function readPersons(database: Database, knex: Knex, personIds: readonly string[]): Promise<PersonFacts[]> {
  const accounts = await readAccounts(database, knex, personIds);
  for (const [brand, own] of groupBy(accounts, (account) => account.brand)) {
    const byId = new Map(own.map((facts) => [facts.account.account_id, facts]));
    const ids = [...byId.keys()].sort();
    await pLimit(READS_AT_ONCE).map(accountTables, (name) => readTable(database, knex, name, brand, ids, byId));
  }
  const ofPerson = groupBy(accounts, ({ account }) => account.person_id);
  return personIds.map((personId) => ({ personId, accounts: ofPerson.get(personId) ?? [] }));
}

/** The catalog of a brand. */
export async function readProducts(database: Database, knex: Knex, brand: string): Promise<ProductFact[]> {
  const rows = await database.dialect.selectRows(
    knex,
    `select source_id, product_id, product_name, sku, product_rate_plan_id, plan_name from ${enrichedTables.products.name} where brand = ? order by source_id`,
    [brand],
  );
  return rows.map(([id, productId, name, sku, planId, planName]) => ({
    productChargeId: String(id),
    productId: textOf(productId),
    name: textOf(name),
    sku: textOf(sku),
    planId: textOf(planId),
    planName: textOf(planName),
  }));
}

async function readAccounts(database: Database, knex: Knex, personIds: readonly string[]): Promise<AccountFacts[]> {
  const columns = factColumns.accounts;
  const read = readerOf('accounts', 1);
  const found: AccountFacts[] = [];
  const sorted = [...personIds].sort();
  for (let start = 0; start < sorted.length; start += KEYS_PER_QUERY) {
    const some = sorted.slice(start, start + KEYS_PER_QUERY);
    const rows = await database.dialect.selectRows(
      knex,
      `select brand, ${columns.join(', ')} from ${enrichedTables.accounts.name} where person_id in (${some.map(() => '?').join(',')})`,
      some,
    );
    for (const row of rows) {
      const lists = Object.fromEntries(accountTables.map((name) => [name, []])) as unknown as Omit<AccountFacts, 'brand' | 'account'>;
      found.push({ brand: String(row[0]), account: read(row) as unknown as FactOf<'accounts'>, ...lists });
    }
  }
  return found.sort((a, b) => compareText(a.brand, b.brand) || compareText(a.account.account_id, b.account.account_id));
}

async function readTable(
  database: Database,
  knex: Knex,
  name: Exclude<FactTable, 'accounts'>,
  brand: string,
  ids: readonly string[],
  byId: ReadonlyMap<string, AccountFacts>,
): Promise<void> {
  const read = readerOf(name, 1);
  const rows = await database.dialect.findByKeys(knex, {
    table: enrichedTables[name].name,
    brand,
    keyColumn: 'account_id',
    keys: ids,
    columns: ['account_id', ...factColumns[name]],
  });
  for (const row of rows) (byId.get(String(row[0]))?.[name] as unknown[] | undefined)?.push(read(row));
}

/**
 * Makes records of a table's rows, whose columns begin at the offset. Drivers give yes/no as numbers, and a decimal with as
 * many places as its column has; a document must read the same on every database.
 */
function readerOf(name: FactTable, offset: number): (row: StoredValues) => Record<string, string | number | boolean | null> {
  const columns: readonly string[] = factColumns[name];
  const types = columns.map((column) => (enrichedTables[name].columns as Readonly<Record<string, string>>)[column]?.replace('!', '') ?? 'text');
  // A copy of a parsed object keeps its shape in V8; one that gets its properties one by one becomes slow.
  const template = JSON.parse(`{${columns.map((column) => `"${column}":null`).join(',')}}`) as Record<string, null>;
  return (row) => {
    const record: Record<string, string | number | boolean | null> = { ...template };
    for (let i = 0; i < columns.length; i++) {
      const value = row[i + offset];
      if (value === null || value === undefined) continue;
      const type = types[i];
      record[columns[i] as string] = valueOf(value, type);
    }
    return record;
  };
}

function valueOf(value: string | number, type: string | undefined): string | number | boolean {
  if (type === 'integer') return Number(value);
  if (type === 'boolean') return Number(value) === 1;
  return type === 'decimal' ? (parseDecimal(String(value)) ?? String(value)) : String(value);
}
