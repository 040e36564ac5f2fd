import type { Knex } from 'knex';

import { encodeRow } from '../core/row-text.ts';
import type { Database } from '../db/database.ts';
import { productRecord, type Catalog } from './catalog.ts';
import type { EnrichSetup } from './enrich-charges.ts';
import { enrichPerson, noRecords } from './enrich-person.ts';
import { applyRecords, type EnrichedTarget } from './enriched.repository.ts';
import type { AccountFacts, PersonFacts } from './facts.ts';
import { readFacts, readNeighbours } from './facts.repository.ts';
import { groupBy } from './group-by.ts';
import { Money } from './money-reader.ts';
import type { QueuedAccount } from './queue.repository.ts';
import { tableNames, type Cell } from './tables.ts';
import { Tally } from './tally.ts';

/** Some persons with all their facts. */
export interface Chunk {
  readonly accounts: readonly QueuedAccount[];
  readonly persons: readonly PersonFacts[];
}

/** Reads the facts of the persons whose accounts these are. */
export async function readChunk(database: Database, knex: Knex, accounts: readonly QueuedAccount[]): Promise<Chunk> {
  const neighbours = await readNeighbours(database, knex, accounts);
  const others = accounts.flatMap(({ brand, accountId }) =>
    (neighbours.get(`${brand}\n${accountId}`) ?? []).map((id) => ({ brand, accountId: id })),
  );
  const facts = await readFacts(database, knex, [...accounts, ...others]);
  const persons = [...groupBy(accounts, ({ personId }) => personId).values()].map((own): PersonFacts => {
    const keys = own.map(({ brand, accountId }) => `${brand}\n${accountId}`);
    const known = new Set(keys);
    const beside = own.flatMap(({ brand, accountId }) => (neighbours.get(`${brand}\n${accountId}`) ?? []).map((id) => `${brand}\n${id}`));
    return { accounts: factsOf(facts, keys), neighbours: factsOf(facts, [...new Set(beside)].filter((key) => !known.has(key)).sort()) };
  });
  return { accounts, persons };
}

/** Decides and writes the records of a chunk, and notes whose records changed. */
export async function writeChunk(target: EnrichedTarget, setup: EnrichSetup, chunk: Chunk): Promise<Tally> {
  const tally = new Tally();
  tally.persons = chunk.persons.length;
  tally.accounts = chunk.accounts.length;
  const records = noRecords();
  for (const person of chunk.persons) enrichPerson(setup, person, records, tally.notes);
  const personOf = new Map(chunk.accounts.map(({ brand, accountId, personId }) => [`${brand}\n${accountId}`, personId]));
  const changed = new Set<string>();
  for (const name of tableNames) {
    if (name === 'products') continue;
    const byBrand = groupBy(records[name] as Readonly<Record<string, Cell>>[], ({ brand }) => String(brand));
    for (const [brand, accounts] of groupBy(chunk.accounts, (account) => account.brand)) {
      const scope = { brand, accountIds: accounts.map(({ accountId }) => accountId).sort() };
      const changes = await applyRecords(target, name, scope, byBrand.get(brand) ?? []);
      for (const id of changes.accounts) changed.add(personOf.get(`${brand}\n${id}`) ?? '');
      for (const id of changes.persons) changed.add(id);
      tally.add(brand, name, changes);
    }
  }
  await notePersons(target, changed);
  return tally;
}

/** Decides and writes the catalog of a brand. */
export async function writeCatalog(target: EnrichedTarget, setup: EnrichSetup, brand: string, catalog: Catalog): Promise<Tally> {
  const tally = new Tally();
  const money = new Money();
  const records = [...catalog.values()].map((fact) => productRecord(setup.rules, brand, fact, money, tally.notes));
  const changes = await applyRecords(target, 'products', { brand, accountIds: 'catalog' }, records);
  tally.add(brand, 'products', changes);
  await noteProducts(target, brand, changes.products);
  tally.notes.unreadableAmounts += money.unreadable;
  return tally;
}

/** What a product is called stands in order documents, so the orders stage takes up its buyers. */
async function noteProducts({ database, tx, changeNo, write }: EnrichedTarget, brand: string, products: ReadonlySet<string>): Promise<void> {
  if (!write) return;
  await database.dialect.bulkInsertMissing(tx, {
    table: 'enriched_product_changes',
    columns: ['change_no', 'brand', 'product_charge_id'],
    rows: [...products].sort().map((id) => encodeRow([String(changeNo), brand, id])),
  });
}

async function notePersons({ database, tx, changeNo, write }: EnrichedTarget, persons: ReadonlySet<string>): Promise<void> {
  if (!write) return;
  await database.dialect.bulkInsertMissing(tx, {
    table: 'enriched_changes',
    columns: ['change_no', 'person_id'],
    rows: [...persons].filter((id) => id !== '').sort().map((id) => encodeRow([String(changeNo), id])),
  });
}

function factsOf(facts: ReadonlyMap<string, AccountFacts>, keys: readonly string[]): AccountFacts[] {
  return keys.flatMap((key) => facts.get(key) ?? []);
}
