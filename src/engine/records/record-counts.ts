import { byKey } from '../../core/compare.ts';
import type { UndecidableAccount } from '../runs/undecidable.ts';

/** What became of the records of one table of a brand. */
export interface TableCounts {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  deleted: number;
}

/** What a chunk of a run did to the records of one table; `fields`: updates by field. */
export type ChangeCounts = Readonly<Omit<TableCounts, 'read'>> & { readonly fields: ReadonlyMap<string, number> };

export const countNames = ['read', 'inserted', 'updated', 'unchanged', 'deleted'] as const;

/** What a run did to the derived records, summed over its chunks. */
export class RecordCounts {
  /** By brand and table, separated by a tab. */
  readonly tables = new Map<string, TableCounts>();
  /** Updates by table and field. */
  readonly fields = new Map<string, number>();
  /** Who was left out, as the facts could not be decided. */
  readonly undecidable: UndecidableAccount[] = [];

  add(brand: string, table: string, changes: ChangeCounts): void {
    const counts = this.#countsOf(`${brand}\t${table}`);
    counts.read += changes.inserted + changes.updated + changes.unchanged;
    for (const name of ['inserted', 'updated', 'unchanged', 'deleted'] as const) counts[name] += changes[name];
    for (const [field, count] of changes.fields) increase(this.fields, `${table}.${field}`, count);
  }

  merge(other: RecordCounts): void {
    for (const [key, counts] of other.tables) {
      const sum = this.#countsOf(key);
      for (const name of countNames) sum[name] += counts[name];
    }
    for (const [field, count] of other.fields) increase(this.fields, field, count);
    this.undecidable.push(...other.undecidable);
  }

  /** Records dealt with. */
  get rows(): number {
    return this.sum.read;
  }

  /** An item of the report for each brand and table. */
  get items(): Readonly<Record<string, string | number>>[] {
    return [...this.tables].sort(byKey).map(([key, counts]) => {
      const [brand = '', table = ''] = key.split('\t');
      return { brand, table, ...counts };
    });
  }

  get sum(): TableCounts {
    const sum = noCounts();
    for (const counts of this.tables.values()) for (const name of countNames) sum[name] += counts[name];
    return sum;
  }

  /** Records that a recomputation wrote, as they were stored otherwise than they derive. */
  get mended(): number {
    const { inserted, updated, deleted } = this.sum;
    return inserted + updated + deleted;
  }

  get changedFields(): Record<string, number> {
    return Object.fromEntries([...this.fields].sort(byKey));
  }

  #countsOf(key: string): TableCounts {
    const known = this.tables.get(key) ?? noCounts();
    this.tables.set(key, known);
    return known;
  }
}

function noCounts(): TableCounts {
  return { read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
}

/** Adds to a count that may not be there yet. */
export function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
