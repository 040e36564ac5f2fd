import { stages } from '../../../engine/declare/stages.ts';
import type { Column, Section, Value } from '../declare/page.ts';
import { newestMetricDay } from '../read/newest-day.repository.ts';
import { readNewestRuns } from '../read/operations.repository.ts';
import { minuteOf } from './freshness.ts';

const COLUMNS: readonly Column[] = [
  { name: 'step', title: 'Step', kind: 'text' },
  { name: 'succeeded', title: 'Last succeeded', kind: 'text' },
  { name: 'as_of', title: 'Of the date', kind: 'text' },
  { name: 'failed', title: 'Last failed or refused', kind: 'text' },
];
/** Figures are made by these; what sends them on is no part of them. */
const NOT_BEHIND_FIGURES = new Set(['build-audiences', 'resend-relays', 'report']);

/** When each step behind the figures ran last. */
export const steps: Section = {
  name: 'steps',
  title: 'When each step ran last',
  definition: 'The newest run of each step that figures are made by, from imports to metrics. A step that failed after it had last succeeded has older figures behind it than its source.',
  unit: 'instants in UTC at which runs began; dates',
  none: 'No step has run yet.',
  async read(tx, view) {
    const commands = [...new Set(stages.filter(({ awaited }) => awaited).flatMap((stage) => stage.commands))].filter((command) => !NOT_BEHIND_FIGURES.has(command));
    const [good, bad] = [await readNewestRuns(tx, commands, ['succeeded']), await readNewestRuns(tx, commands, ['failed', 'refused'])];
    const rows = commands.flatMap((command): Value[][] => {
      const [succeeded, failed] = [good, bad].map((runs) => runs.find((run) => run.command === command));
      if (succeeded === undefined && failed === undefined) return [];
      return [[command, succeeded === undefined ? null : minuteOf(succeeded.startedAt), succeeded?.asOf ?? null, failed === undefined ? null : minuteOf(failed.startedAt)]];
    });
    const day = await newestMetricDay(tx, view.brands);
    const coverage = `${day === undefined ? 'There are no metrics of these brands.' : `The metrics know states to the end of ${day}.`} A step that never ran is not listed.`;
    return { blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns: COLUMNS, rows }], coverage };
  },
};
