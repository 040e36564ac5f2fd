import { compareText } from '../core/compare.ts';
import { groupBy } from '../core/group-by.ts';
import type { Restatement } from '../metrics/restated/restatements.ts';
import type { DigestRestatement } from './digest.ts';

/** What changed of earlier days, a line for each measure and currency. */
export function restatedFigures(all: readonly Restatement[]): DigestRestatement[] {
  const groups = groupBy(all, ({ measure, currency }) => JSON.stringify([measure, currency]));
  return [...groups.values()].flatMap((own): DigestRestatement[] => {
    const [first] = own;
    const periods = own.map(({ period }) => period).sort(compareText);
    if (first === undefined) return [];
    const change = own.reduce((sum, { before, after }) => sum + after - before, 0);
    return [{ measure: first.measure, currency: first.currency, days: new Set(periods).size, change, from: periods[0] ?? '', to: periods.at(-1) ?? '' }];
  });
}
