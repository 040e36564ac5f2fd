import { addMonths, type LocalDate } from '../../core/time.ts';

/** Which sums a partition is of: a table, but that cohorts of buyers and of subscribers share theirs. */
export const partitionKinds = ['active', 'campaigns', 'cohorts', 'customers', 'goods', 'marketing', 'models', 'mrr', 'predictions', 'revenue', 'stock'] as const;
export type PartitionKind = (typeof partitionKinds)[number];

/** The period of what is of a brand as a whole. */
export const WHOLE = '*';

/** A part of the sums that is computed as a whole: of a brand, or of GROUP, and a month. */
export interface Partition {
  readonly kind: PartitionKind;
  readonly brand: string;
  /**
   * `2025-01`. Of `stock` that of the last day of states. Of `mrr` the first month that changed: each day after it goes on from
   * the one before. Of `models` WHOLE. Of `predictions` the person after whom they are to be made, or WHOLE for everybody.
   */
  readonly period: string;
}

/** What is computed from the same records, so it changes with them. */
const FOLLOWING: Partial<Record<PartitionKind, readonly PartitionKind[]>> = { revenue: ['goods'], campaigns: ['marketing'], cohorts: ['marketing'] };

/** Partitions whose rows are to be computed anew, each once. */
export class Partitions {
  readonly #keys = new Set<string>();

  /** With what follows from the same records. */
  add(kind: PartitionKind, brand: string, date: string): void {
    for (const each of [kind, ...(FOLLOWING[kind] ?? [])]) this.#keys.add(`${each}\t${brand}\t${date.slice(0, 7)}`);
  }

  /** All months from one day to another, both in. */
  addMonths(kind: PartitionKind, brand: string, from: LocalDate, to: LocalDate): void {
    const last = to.slice(0, 7);
    for (let month = `${from.slice(0, 7)}-01` as LocalDate; month.slice(0, 7) <= last; month = addMonths(month, 1)) this.add(kind, brand, month);
  }

  addAll(others: Iterable<Partition>): void {
    for (const { kind, brand, period } of others) this.#keys.add(`${kind}\t${brand}\t${period}`);
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
