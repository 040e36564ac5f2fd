import { groupBy } from '../../../core/group-by.ts';
import { minorOfMicros } from '../declare/amounts.ts';
import { scopesOf, type Block, type Section, type Value, type View } from '../declare/page.ts';
import { pastOf, readSumsHistory, type RestatedTable } from '../../../metrics/restated/sums-history.repository.ts';
import { readEarlierReport } from '../read/restated.repository.ts';
import { restatements, type Restatement } from '../../../metrics/restated/restatements.ts';

/** A table of sums, and whether its measures are amounts. */
interface Restated extends RestatedTable {
  readonly isMoney: boolean;
  /** Measures in micros, and what they are called. */
  readonly micros?: Readonly<Record<string, string>>;
}

const SHOWN = 31;

/** What a page said otherwise in the report before: figures of earlier days that late facts, or corrections, have changed. */
export function restatedSection(tables: readonly Restated[], period: 'Day' | 'Month' | 'Cohort' = 'Day'): Section {
  return {
    name: 'restated',
    title: 'What changed of the past',
    definition: 'A fact that comes late counts on its own date, so figures of earlier days can change. Listed are those that the report of the date before had otherwise, with the run that changed them last; hub runs show <run> tells when.',
    unit: 'as in the figures above',
    none: 'Nothing to list.',
    async read(tx, view) {
      const earlier = await readEarlierReport(tx, view);
      if (earlier === undefined) return { blocks: [], coverage: 'There is no report of an earlier date to compare with.' };
      const found: (Restatement & { readonly isMoney: boolean })[] = [];
      for (const table of tables) {
        // All brands and each of them: a change of one is a change of the others only where they add up.
        const history = await readSumsHistory(tx, table, scopesOf(view), earlier);
        found.push(...restatements(table, history, pastOf(table, earlier)).flatMap((own) => inMinor(own, table)).map((own) => ({ ...own, isMoney: table.isMoney })));
      }
      const kinds = groupBy(found, ({ currency, isMoney }) => JSON.stringify([isMoney, isMoney ? currency : null]));
      const blocks = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => blockOf(own, period, view));
      const none = found.length === 0 ? ` Nothing of it has changed.` : '';
      return { blocks, coverage: `Compared with the report of ${earlier.asOf}, for days before it.${none}` };
    },
  };
}

/** What changed by less than a minor unit did not change. */
function inMinor(own: Restatement, { micros = {} }: Restated): Restatement[] {
  const measure = micros[own.measure];
  if (measure === undefined) return [own];
  const [before, after] = [own.before, own.after].map((amount) => minorOfMicros(amount, own.currency ?? ''));
  return before === undefined || after === undefined || before === after ? [] : [{ ...own, measure, before, after }];
}

function blockOf(own: readonly (Restatement & { readonly isMoney: boolean })[], period: string, { names }: View): Block {
  const isMoney = own[0]?.isMoney === true;
  const kind = isMoney ? 'money' : 'count';
  return {
    scope: '*',
    currency: isMoney ? (own[0]?.currency ?? null) : null,
    columns: [
      { name: period.toLowerCase(), title: period, kind: 'text' },
      { name: 'brand', title: 'Brand', kind: 'text' },
      { name: 'measure', title: 'Measure', kind: 'text' },
      ...(['before', 'after', 'change'] as const).map((name) => ({ name, title: { before: 'Before', after: 'After', change: 'Change' }[name], kind }) as const),
      { name: 'run', title: 'Run', kind: 'text' },
    ],
    rows: own.map(({ scope, period: day, measure, before, after, run }): Value[] => [day, scope === '*' ? 'All brands' : (names.get(scope) ?? scope), measure === 'mrr' ? 'MRR' : measure.replaceAll('_', ' '), before, after, after - before, run]),
    shown: { rows: SHOWN, from: 'start' },
  };
}
