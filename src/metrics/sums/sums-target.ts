import type { LocalDate } from '../../core/time.ts';
import type { RecordCounts } from '../../engine/records/record-counts.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { MarketingSetup } from '../marketing/marketing-setup.ts';
import type { ShrunkMonth } from './shrunk-months.ts';

/** Some partitions of one kind and brand, or GROUP; months in their order, `2025-01`. */
export interface Sums {
  readonly brand: string;
  readonly periods: readonly string[];
  /** The last day of states; ages and windows are complete by it. */
  readonly asOf: LocalDate;
  readonly marketing: MarketingSetup;
  /** How far predictions look ahead (`metrics.horizon_months`). */
  readonly horizonMonths: number;
}

/** Where sums are read from and written to, and the counts of what was written. */
export interface SumsTarget {
  readonly target: RecordTarget;
  readonly counts: RecordCounts;
  /** Filled with the months that have lost rows. */
  readonly shrunk: ShrunkMonth[];
}
