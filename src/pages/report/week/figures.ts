import type { Digest, Figure, FigureKind } from '../../../digest/digest.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readWeeks, weekText } from './read-week.ts';

const KINDS = { money: 'money', count: 'count', ratio: 'multiple' } as const;
const COMPARED = 'Change is against the week before and against the mean of the four weeks before; it is empty without a base, or below 100 of the currency or 10 of what is counted, where a percentage says nothing.';

/** Revenue, recurring revenue, spend and what a customer cost, by currency. */
export const amounts = figuresSection('money', 'amounts', 'Amounts of the week', `Sums of the seven days, MRR at the end of Sunday. ${COMPARED}`, 'amounts of the currency, tax excluded');

/** How many subscriptions and customers. */
export const counts = figuresSection('count', 'counts', 'Subscriptions and customers', `Active subscriptions at the end of Sunday, customers of the seven days. ${COMPARED}`, 'subscriptions; persons');

/** What revenue is to spend. */
export const ratios = figuresSection('ratio', 'efficiency', 'Revenue for each unit of spend', `MER is net revenue ÷ all ad spend of the week in the currency. ${COMPARED}`, 'multiples');

function figuresSection(kind: FigureKind, name: string, title: string, definition: string, unit: string): Section {
  return {
    ...{ name, title, definition, unit },
    async read(tx, view) {
      const blocks = (await readWeeks(tx, view)).flatMap((digest) => blocksOf(digest, kind));
      // Amounts and ratios have spend among them.
      return { blocks, coverage: kind === 'count' ? weekText(view) : `${weekText(view)} Ad figures: ${await adFinality(tx, view)}` };
    },
  };
}

function blocksOf({ scope, currencies, counts: without }: Digest, kind: FigureKind): Block[] {
  const groups = [{ currency: null, figures: without }, ...currencies].map(({ currency, figures }) => ({ currency, figures: figures.filter((figure) => figure.kind === kind) }));
  return groups.filter(({ figures }) => figures.some(({ value, before }) => value !== null || before !== null)).map(({ currency, figures }) => ({ scope, currency, columns: columnsOf(kind), rows: figures.map(rowOf) }));
}

function rowOf({ label, value, before, meanOfFour, change, changeOfMean, reason }: Figure): Value[] {
  return [label, value, before, change, meanOfFour, changeOfMean, reason];
}

function columnsOf(kind: FigureKind): Column[] {
  return [
    { name: 'figure', title: 'Figure', kind: 'text' },
    { name: 'value', title: 'This week', kind: KINDS[kind] },
    { name: 'week_before', title: 'Week before', kind: KINDS[kind] },
    { name: 'change', title: 'Change', kind: 'percent' },
    { name: 'mean_of_four', title: 'Mean of four', kind: KINDS[kind] },
    { name: 'change_of_mean', title: 'Against it', kind: 'percent' },
    { name: 'reason', title: 'Why none', kind: 'text' },
  ];
}
