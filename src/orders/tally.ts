import type { RecordChanges } from '../runs/records.repository.ts';

/** What became of the records of one table of a brand. */
export interface TableCounts {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  deleted: number;
}

export const countNames = ['read', 'inserted', 'updated', 'unchanged', 'deleted'] as const;

/** What a run did, summed over its chunks. */
export class Tally {
  persons = 0;
  /** Test accounts, which have no orders. */
  testAccounts = 0;
  relays = 0;
  /** By brand and table. */
  readonly tables = new Map<string, TableCounts>();
  /** Updates by table and field. */
  readonly fields = new Map<string, number>();
  /** New versions of documents by brand and what happened: assembled, changed, withdrawn. */
  readonly documents = new Map<string, number>();

  add(brand: string, table: string, changes: RecordChanges): void {
    const counts = this.#countsOf(`${brand}\t${table}`);
    counts.read += changes.inserted + changes.updated + changes.unchanged;
    for (const name of ['inserted', 'updated', 'unchanged', 'deleted'] as const) counts[name] += changes[name];
    for (const [field, count] of changes.fields) increase(this.fields, `${table}.${field}`, count);
  }

  addDocument(brand: string, what: string): void {
    increase(this.documents, `${brand}\t${what}`, 1);
  }

  merge(other: Tally): void {
    this.persons += other.persons;
    this.testAccounts += other.testAccounts;
    this.relays += other.relays;
    for (const [key, counts] of other.tables) {
      const sum = this.#countsOf(key);
      for (const name of countNames) sum[name] += counts[name];
    }
    for (const [field, count] of other.fields) increase(this.fields, field, count);
    for (const [key, count] of other.documents) increase(this.documents, key, count);
  }

  #countsOf(key: string): TableCounts {
    const known = this.tables.get(key) ?? { read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
    this.tables.set(key, known);
    return known;
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
