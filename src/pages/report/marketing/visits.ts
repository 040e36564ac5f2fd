import { halfEven } from '../../../core/half-even.ts';
import { minorOfMicros as minor, ratioOf } from '../declare/amounts.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { groupBy } from '../../../core/group-by.ts';
import { readVisitDays, readVisits, type VisitDays, type VisitRow } from '../read/visits.repository.ts';
import { AD_DAYS, adRange } from './ads.ts';

const COLUMNS: readonly Column[] = [
  { name: 'channel', title: 'Channel', kind: 'text' },
  { name: 'sessions', title: 'Sessions', kind: 'count' },
  { name: 'engaged', title: 'Engaged', kind: 'percent' },
  { name: 'key_events', title: 'Key events', kind: 'count' },
  { name: 'revenue', title: 'Revenue counted', kind: 'money' },
];

/** Which channels visits came from, as Google Analytics counts them. */
export const visits: Section = {
  name: 'visits',
  title: `Visits by channel, last ${AD_DAYS} days`,
  definition: 'Sessions, key events and revenue as Google Analytics counts them, by its default channel groups. Its revenue is neither net revenue nor what platforms claim: whoever refuses to be counted is not in it. (other) is what it put together.',
  unit: 'sessions and events; engaged as a share of sessions; amounts of the currency of the property',
  none: 'Nobody counts visits of these brands (docs/sources.md: ga4).',
  async read(tx, view) {
    const { from, to } = adRange(view);
    const rows = await readVisits(tx, view.brands, from, to);
    const blocks = [...groupBy(rows, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => blockOf(own));
    return { blocks, coverage: blocks.length === 0 ? 'There are no visits of these brands.' : coverageOf(await readVisitDays(tx, view.brands, from, to)) };
  },
};

function blockOf(rows: readonly VisitRow[]): Block[] {
  const [first] = rows;
  if (first === undefined) return [];
  const sorted = [...rows].sort((a, b) => b.sessions - a.sessions);
  const sum = (of: (row: VisitRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const all: VisitRow = { ...first, channel: 'All channels', sessions: sum(({ sessions }) => sessions), engaged: sum(({ engaged }) => engaged), keyEvents: sum(({ keyEvents }) => keyEvents), revenueMicros: sum(({ revenueMicros }) => revenueMicros) };
  return [{ scope: first.scope, currency: first.currency, columns: COLUMNS, rows: [all, ...sorted].map(valuesOf), sums: 1 }];
}

function valuesOf({ channel, sessions, engaged, keyEvents, revenueMicros, currency }: VisitRow): Value[] {
  return [channel, sessions, ratioOf(engaged, sessions), halfEven(keyEvents), minor(revenueMicros, currency)];
}

/** What is said against figures is told, and until when they are final. */
export function coverageOf({ days, sampled, thresholded, otherRow, newest, finalUntil }: VisitDays): string {
  const told: readonly (readonly [number, string])[] = [[sampled, 'are estimates from a sample'], [thresholded, 'lack rows that could tell of single persons'], [otherRow, 'have rows put together as (other)']];
  const flaws = told.flatMap(([count, what]) => (count === 0 ? [] : [`the figures of ${count} of ${days} days ${what}`]));
  const said = flaws.length === 0 ? 'Google Analytics says nothing against its figures' : `By Google Analytics itself, ${flaws.join('; ')}`;
  const until = finalUntil === null ? 'No day is final yet' : `Final until ${newest !== null && newest < finalUntil ? newest : finalUntil}`;
  return `${said}. ${until}: later days can still change. The newest day is ${newest ?? 'unknown'}.`;
}
