import { addMonths, type LocalDate } from '../../core/time.ts';

/** Which sums a partition is of: a table, but that cohorts of buyers and of subscribers share theirs. */
export const partitionKinds = ['active', 'campaigns', 'cohorts', 'customers', 'models', 'mrr', 'predictions', 'revenue'] as const;
export type PartitionKind = (typeof partitionKinds)[number];

/** The period of what is of a brand as a whole. */
export const WHOLE = '*';

/** A part of the sums that is computed as a whole: of a brand, or of GROUP, and a month. */
export interface Partition {
  readonly kind: PartitionKind;
  readonly brand: string;
  /**
   * `2025-01`. Of `mrr` the first month that changed: each day after it goes on from the one before. Of `models` WHOLE. Of
   * `predictions` the person after whom they are to be made, or WHOLE for everybody.
   */
  readonly period: string;
}

/** Partitions whose rows are to be computed anew, each once. */
export class Partitions {
  readonly #keys = new Set<string>();

  add(kind: PartitionKind, brand: string, date: string): void {
    this.#keys.add(`${kind}\t${brand}\t${date.slice(0, 7)}`);
  }

  /** All months from one day to another, both in. */
  addMonths(kind: PartitionKind, brand: string, from: LocalDate, to: LocalDate): void {
    const last = to.slice(0, 7);
    for (let month = `${from.slice(0, 7)}-01` as LocalDate; month.slice(0, 7) <= last; month = addMonths(month, 1)) this.add(kind, brand, month);
  }

  addAll(others: Iterable<Partition>): void {
    for (const { kind, brand, period } of others) this.add(kind, brand, period);
  }

  /** How many there are of months: all but those of models. */
  get months(): number {
    return [...this.#keys].filter((key) => !key.endsWith(`\t${WHOLE}`)).length;
  }

  /** Sorted by kind, brand and month. */
  get list(): Partition[] {
    return [...this.#keys].sort().map((key) => {
      const [kind = '', brand = '', period = ''] = key.split('\t');
      return { kind: kind as PartitionKind, brand, period };
    });
  }
}
