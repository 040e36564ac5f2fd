import type { Instant, LocalDate } from '../../core/time.ts';
import type { Slice } from './platform.ts';
import type { Days } from './slices.ts';

/** A slice with what it does to the state. */
export interface PlannedSlice {
  readonly slice: Slice;
  /** Asked for by --from and --to: the state stays. */
  readonly backfill: boolean;
  readonly replaces: 'all' | Days | null;
  readonly cursorBefore: string | null;
  /** Null: the cursor stays, or only what is seen will tell. */
  readonly cursorAfter: string | null;
  /** Everything up to here is extracted once it is through; null if others come after it. */
  readonly extractedUntil: string | null;
  /** When a listing began that events go on from: they are read from there, as what is listed first may change before the end. */
  readonly listedSince: string | null;
}

export interface PlanRequest extends DayAccount {
  readonly now: Instant;
  readonly range: { readonly from: Instant; readonly to: Instant } | undefined;
}

/** What decides about the days of an account. */
export interface DayAccount {
  /** The first day of the account. */
  readonly start: LocalDate;
  /** Of its days. */
  readonly zone: string | null;
  /** Instead of what the platform says of itself. */
  readonly restateDays: number | undefined;
}
