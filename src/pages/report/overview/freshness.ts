import { daysSince, FRESH_DAYS, isLate } from '../../../engine/runs/freshness.ts';
import { instantOfBatch, type Instant } from '../../../core/time.ts';
import type { Column, Section, Value } from '../declare/page.ts';
import { readFeedStates } from '../read/operations.repository.ts';

const COLUMNS: readonly Column[] = [
  { name: 'source', title: 'Source', kind: 'text' },
  { name: 'brand', title: 'Brand', kind: 'text' },
  { name: 'newest', title: 'Newest data', kind: 'text' },
  { name: 'days_old', title: 'Days old', kind: 'count' },
  { name: 'state', title: 'State', kind: 'text' },
  { name: 'imported_at', title: 'Imported', kind: 'text' },
];

/** How old the data of each source is. */
export const freshness: Section = {
  name: 'freshness',
  title: 'How fresh each source is',
  definition: `The newest batch that was imported of each source and brand, and how many days before the date of the report it was exported. Late: ${FRESH_DAYS} days or more.`,
  unit: 'instants in UTC; days',
  none: 'Nothing was imported yet.',
  async read(tx, view) {
    const rows = (await readFeedStates(tx, view.brands)).map(({ source, brand, newest, importedAt }): Value[] => {
      const state = isLate(newest, view.asOf) ? 'late' : 'fresh';
      return [source, view.names.get(brand) ?? brand, minuteOf(instantOfBatch(newest)), Math.max(0, daysSince(newest, view.asOf)), state, minuteOf(importedAt)];
    });
    return { blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns: COLUMNS, rows }], coverage: 'A source of which nothing was ever imported is not listed; hub doctor tells what the lake has and no import has read.' };
  },
};

/** An instant to the minute, for people. */
export function minuteOf(instant: Instant): string {
  return instant.slice(0, 16);
}
