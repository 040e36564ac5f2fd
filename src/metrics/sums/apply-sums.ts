import type { LocalDate } from '../../core/time.ts';
import type { Columns, RecordIn, RecordTable } from '../../engine/records/record-table.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import { periodsIn, type DayRange } from '../aggregates/calendar.ts';
import { rowsOfMonth } from './month-rows.repository.ts';
import { lossesByMonth } from './shrunk-months.ts';
import type { SumsTarget } from './sums-target.ts';

/** Writes the rows of a partition that differ; those of its keys that are not among the records go. */
export async function apply<Content extends Columns>(
  { target, counts, shrunk }: SumsTarget,
  table: RecordTable<Content>,
  brand: string,
  keys: readonly string[],
  records: readonly RecordIn<RecordTable<Content>>[],
): Promise<void> {
  if (keys.length === 0) return;
  const changes = await applyRecords(target, table, { brand, keys }, records);
  counts.add(brand, table.name, changes);
  if (changes.deleted === 0) return;
  const place = Object.keys(table.columns).indexOf(table.keys[0] ?? '');
  const { before, after } = changes.states();
  const periodsOf = (rows: readonly (readonly (string | null)[])[]): string[] => rows.map((row) => row[place] ?? '');
  for (const [month, lost] of lossesByMonth(periodsOf(before), periodsOf(after))) {
    const left = await rowsOfMonth(target, table, brand, month);
    shrunk.push({ table: table.name, brand, month, before: left + lost, after: left });
  }
}

/** Writes the rows of a table of a brand that have no month. */
export async function applyWhole<Content extends Columns>({ target, counts }: SumsTarget, table: RecordTable<Content>, brand: string, records: readonly RecordIn<RecordTable<Content>>[]): Promise<void> {
  counts.add(brand, table.name, await applyRecords(target, table, { brand, keys: 'all' }, records));
}

/** The days of a range. */
export function days(range: DayRange): LocalDate[] {
  return periodsIn('day', range);
}
