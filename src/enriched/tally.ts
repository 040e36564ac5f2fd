import type { TableChanges } from './enriched.repository.ts';
import { Notes } from './notes.ts';
import type { TableName } from './tables.ts';

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
  accounts = 0;
  readonly notes = new Notes();
  /** By brand and table. */
  readonly tables = new Map<string, TableCounts>();
  /** Updates by table and field. */
  readonly fields = new Map<string, number>();

  add(brand: string, name: TableName, changes: TableChanges): void {
    const counts = this.#countsOf(`${brand}\t${name}`);
    counts.read += changes.inserted + changes.updated + changes.unchanged;
    for (const count of ['inserted', 'updated', 'unchanged', 'deleted'] as const) counts[count] += changes[count];
    for (const [field, count] of changes.fields) this.#addField(`${name}.${field}`, count);
  }

  merge(other: Tally): void {
    this.persons += other.persons;
    this.accounts += other.accounts;
    this.notes.merge(other.notes);
    for (const [key, counts] of other.tables) {
      const sum = this.#countsOf(key);
      for (const name of countNames) sum[name] += counts[name];
    }
    for (const [field, count] of other.fields) this.#addField(field, count);
  }

  #countsOf(key: string): TableCounts {
    const known = this.tables.get(key) ?? { read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
    this.tables.set(key, known);
    return known;
  }

  #addField(field: string, count: number): void {
    this.fields.set(field, (this.fields.get(field) ?? 0) + count);
  }
}
