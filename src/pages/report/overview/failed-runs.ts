import type { Column, Section, Value } from '../declare/page.ts';
import { newSince, readFailedRuns } from '../read/operations.repository.ts';
import { readEarlierReport } from '../read/restated.repository.ts';
import { minuteOf } from './freshness.ts';

const COLUMNS: readonly Column[] = [
  { name: 'started_at', title: 'Began', kind: 'text' },
  { name: 'command', title: 'Command', kind: 'text' },
  { name: 'status', title: 'Ended', kind: 'text' },
  { name: 'brands', title: 'Brands', kind: 'text' },
  { name: 'problem', title: 'Why', kind: 'text' },
  { name: 'next', title: 'What helps', kind: 'text' },
];

/** Runs that failed since the report before. */
export const failedRuns: Section = {
  name: 'failed-runs',
  title: 'Runs that failed',
  definition: 'Runs since the report before that failed, or that refused a part of what they were given. A later run of the same step usually takes up what is left; hub runs list tells.',
  unit: 'instants in UTC at which runs began',
  none: 'None.',
  async read(tx, view) {
    const since = newSince(await readEarlierReport(tx, view), view);
    const rows = (await readFailedRuns(tx, view.brands, since)).map(({ startedAt, command, status, brands, problems: [first] }): Value[] => {
      return [minuteOf(startedAt), command, status, brands.map((brand) => view.names.get(brand) ?? brand).join(', '), first?.message ?? null, first?.next ?? null];
    });
    return { blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns: COLUMNS, stacked: true, rows, shown: { rows: 20, from: 'start' } }], coverage: `Runs that began from ${since.slice(0, 16)} on.` };
  },
};
