import type { LocalDate } from '../../core/time.ts';
import type { Columns, RecordIn, RecordTable } from '../../engine/records/record-table.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import type { RecordCounts } from '../../engine/records/record-counts.ts';
import { periodsIn, type DayRange } from '../aggregates/calendar.ts';

/** Where sums are written to, and what counts what changes. */
export interface SumsTarget {
  readonly target: RecordTarget;
  readonly counts: RecordCounts;
}

/** Writes the rows of a partition that differ; those of its keys that are not among the records go. @param keys `all`: the whole brand */
export async function apply<Content extends Columns>(
  { target, counts }: SumsTarget,
  table: RecordTable<Content>,
  brand: string,
  keys: readonly string[] | 'all',
  records: readonly RecordIn<RecordTable<Content>>[],
): Promise<void> {
  if (keys.length > 0) counts.add(brand, table.name, await applyRecords(target, table, { brand, keys }, records));
}

/** The days of a range. */
export function days(range: DayRange): LocalDate[] {
  return periodsIn('day', range);
}
