import type { Knex } from 'knex';

import { compareText } from '../core/compare.ts';
import { encodeRow } from '../core/text/row-text.ts';
import type { Database } from '../db/database.ts';
import { attempt } from '../engine/runs/fault.ts';
import type { UndecidableAccount } from '../engine/runs/undecidable.ts';
import { encodeRecord, type EncodedRecord } from '../engine/records/encode-record.ts';
import type { Cell } from '../engine/records/record-table.ts';
import type { RecordTarget } from '../engine/records/record-target.ts';
import { applyEncoded } from '../engine/records/records.repository.ts';
import { noteUndecidable } from '../engine/records/undecidable.repository.ts';
import { productRecord, type Catalog } from './facts/catalog.ts';
import type { EnrichSetup } from './decide/enrich-charges.ts';
import { enrichPerson, noRecords } from './decide/enrich-person.ts';
import type { FactSource, FactsOf } from './facts/fact-source.ts';
import type { PersonFacts } from './facts/facts.ts';
import { readNeighbours, type AccountName } from './facts/facts.repository.ts';
import { groupBy } from '../core/group-by.ts';
import { Money } from './facts/money-reader.ts';
import { accountKey } from './facts/person-index.ts';
import { Notes } from './facts/notes.ts';
import { STAGE } from './prepare.ts';
import type { QueuedAccount } from './queue.repository.ts';
import { enrichedTables, tableNames, type TableName } from './records/enriched-tables.ts';
import { Tally } from './tally.ts';

/** Some persons whose facts were read; they are put together one person at a time. */
export interface Chunk {
  readonly accounts: readonly QueuedAccount[];
  readonly persons: Iterable<PersonFacts>;
}

/** Reads the facts of the persons whose accounts these are. */
export async function readChunk(database: Database, source: FactSource, knex: Knex, accounts: readonly QueuedAccount[]): Promise<Chunk> {
  const neighbours = await readNeighbours(database, knex, accounts);
  const besides = ({ brand, accountId }: AccountName): AccountName[] =>
    (neighbours.get(`${brand}\n${accountId}`) ?? []).map((id) => ({ brand, accountId: id }));
  const factsOf = await source.read(knex, accounts, accounts.flatMap(besides));
  return { accounts, persons: personsOf(accounts, besides, factsOf) };
}

function* personsOf(accounts: readonly QueuedAccount[], besides: (account: AccountName) => AccountName[], factsOf: FactsOf): Generator<PersonFacts> {
  for (const own of groupBy(accounts, ({ personId }) => personId).values()) {
    const known = new Set(own.map(accountKey));
    const others = new Map(own.flatMap(besides).map((account) => [accountKey(account), account]));
    const neighbours = [...others].filter(([key]) => !known.has(key)).sort(([a], [b]) => compareText(a, b));
    yield { accounts: own.map(factsOf), neighbours: neighbours.map(([, account]) => factsOf(account)) };
  }
}

/** Decided records of some persons on their way to the tables, encoded: so they take a fraction of what facts take. */
export class Decided {
  /** Those who are decided, and those who could not be: of these nothing is written. */
  readonly accounts: QueuedAccount[] = [];
  readonly undecidable: UndecidableAccount[] = [];
  readonly notes = new Notes();
  persons = 0;
  readonly #records = new Map<TableName, Map<string, EncodedRecord[]>>(tableNames.map((name) => [name, new Map()]));

  /** Decides the records of a chunk. */
  add(setup: EnrichSetup, chunk: Chunk): void {
    const leftOut = new Set<string>();
    for (const person of chunk.persons) {
      const result = attempt(() => decide(setup, person), person);
      this.persons++;
      if ('fault' in result) {
        for (const account of person.accounts) leftOut.add(accountKey(account));
        this.undecidable.push(...person.accounts.map(({ brand, accountId }) => ({ brand, accountId, fault: result.fault })));
        continue;
      }
      this.notes.merge(result.decided.notes);
      for (const { name, brand, record } of result.decided.records) this.recordsOf(brand, name).push(record);
    }
    for (const account of chunk.accounts) if (!leftOut.has(accountKey(account))) this.accounts.push(account);
  }

  recordsOf(brand: string, name: TableName): EncodedRecord[] {
    const byBrand = this.#records.get(name) as Map<string, EncodedRecord[]>;
    let records = byBrand.get(brand);
    if (records === undefined) byBrand.set(brand, (records = []));
    return records;
  }
}

/** The encoded records of a person and what is counted of them. */
function decide(setup: EnrichSetup, person: PersonFacts): { readonly records: { readonly name: TableName; readonly brand: string; readonly record: EncodedRecord }[]; readonly notes: Notes } {
  const records = noRecords();
  const notes = new Notes();
  enrichPerson(setup, person, records, notes);
  const encoded = tableNames.flatMap((name) =>
    (records[name] as Readonly<Record<string, Cell>>[]).map((record) => ({ name, brand: record['brand'] as string, record: encodeRecord(enrichedTables[name], record) })),
  );
  return { records: encoded, notes };
}

/** Writes decided records, and notes whose records changed. */
export async function writeDecided(target: RecordTarget, decided: Decided): Promise<Tally> {
  const tally = new Tally();
  tally.persons = decided.persons;
  tally.accounts = decided.accounts.length + decided.undecidable.length;
  tally.notes.merge(decided.notes);
  tally.undecidable.push(...decided.undecidable);
  await noteUndecidable(target, STAGE, [...decided.accounts, ...decided.undecidable], decided.undecidable);
  const personOf = new Map(decided.accounts.map(({ brand, accountId, personId }) => [`${brand}\n${accountId}`, personId]));
  const changed = new Set<string>();
  const accountsByBrand = groupBy(decided.accounts, (account) => account.brand);
  for (const name of tableNames) {
    if (name === 'products') continue;
    for (const [brand, accounts] of accountsByBrand) {
      const scope = { brand, keys: accounts.map(({ accountId }) => accountId).sort() };
      const changes = await applyEncoded(target, enrichedTables[name], scope, decided.recordsOf(brand, name));
      for (const id of changes.scopeKeys) changed.add(personOf.get(`${brand}\n${id}`) ?? '');
      for (const id of changes.owners) changed.add(id);
      tally.add(brand, name, changes);
    }
  }
  await notePersons(target, changed);
  return tally;
}

/** Decides and writes the catalog of a brand. */
export async function writeCatalog(target: RecordTarget, setup: EnrichSetup, brand: string, catalog: Catalog): Promise<Tally> {
  const tally = new Tally();
  const money = new Money();
  const records = [...catalog.values()].map((fact) => encodeRecord(enrichedTables.products, productRecord(setup.rules, brand, fact, money, tally.notes)));
  const changes = await applyEncoded(target, enrichedTables.products, { brand, keys: 'all' }, records);
  tally.add(brand, 'products', changes);
  await noteProducts(target, brand, changes.scopeKeys);
  tally.notes.unreadableAmounts += money.unreadable;
  return tally;
}

/** What a product is called stands in order documents, so the orders stage takes up its buyers. */
async function noteProducts({ database, tx, changeNo, write }: RecordTarget, brand: string, products: ReadonlySet<string>): Promise<void> {
  if (!write) return;
  await database.dialect.bulkInsertMissing(tx, {
    table: 'enriched_product_changes',
    columns: ['change_no', 'brand', 'product_charge_id'],
    rows: [...products].sort().map((id) => encodeRow([String(changeNo), brand, id])),
  });
}

async function notePersons({ database, tx, changeNo, write }: RecordTarget, persons: ReadonlySet<string>): Promise<void> {
  if (!write) return;
  await database.dialect.bulkInsertMissing(tx, {
    table: 'enriched_changes',
    columns: ['change_no', 'person_id'],
    rows: [...persons].filter((id) => id !== '').sort().map((id) => encodeRow([String(changeNo), id])),
  });
}
