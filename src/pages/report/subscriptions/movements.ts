import { groupBy } from '../../../core/group-by.ts';
import type { LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import { ratioOf, shortAmount } from '../declare/amounts.ts';
import { scopesOf, type Block, type Column, type Section, type Value, type View } from '../declare/page.ts';
import { incompletePeriod, periodOf, periodsBetween } from '../declare/periods.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';
import { movementKinds, readMrrDays, type MrrDay } from '../read/subscriptions.repository.ts';

const TITLES = { new: 'New', reactivation: 'Reactivation', expansion: 'Expansion', contraction: 'Contraction', churn: 'Churn' } as const;
const COLOURS = { new: 'green', reactivation: 'blue', expansion: 'navy', contraction: 'amber', churn: 'red' } as const;
const FLOWS = [...movementKinds, 'customers_new', 'customers_churned', 'churn_replaced'] as const;

/** What the month did to MRR. */
interface Month extends Readonly<Record<(typeof FLOWS)[number], number>> {
  readonly month: string;
  readonly start: number;
  readonly end: number;
  readonly customersAtStart: number;
}

const DEFINITION =
  'One movement a customer, currency and day: new from 0, reactivation from 0 after an earlier subscription, expansion up, contraction down, churn to 0. A switch of plans is one net movement. Churn falls on the first day without the subscription.';
const COVERAGE =
  'Over all brands a person counts once: what moves from one brand to another is no churn there, so kinds of movement differ from the sum of the brands. Their net is the same.';

/** What changed MRR, by month. */
export const movementsSection: Section = {
  name: 'mrr-movements',
  title: 'What changed MRR, by month',
  definition: `${DEFINITION} Customer churn is churned customers over those at the start of the month. Churn replaced is churn of chains that another one replaces.`,
  unit: 'amounts of the currency a month; customers',
  async read(tx, view) {
    return { blocks: await blocksOf(tx, view, movementsBlock), coverage: COVERAGE };
  },
};

/** The waterfall of the last month that is over. */
export const waterfallSection: Section = {
  name: 'mrr-waterfall',
  title: 'What changed MRR in the last month',
  definition: DEFINITION,
  unit: 'amounts of the currency a month',
  async read(tx, view) {
    return { blocks: await blocksOf(tx, view, waterfallBlock), coverage: COVERAGE };
  },
};

type Maker = (months: readonly Month[], key: Pick<MrrDay, 'scope' | 'currency'>, lastDay: LocalDate) => Block | undefined;

async function blocksOf(tx: Transaction, view: View, make: Maker): Promise<Block[]> {
  const lastDay = lastFlowDay(view);
  const days = (await readMrrDays(tx, view, scopesOf(view))).filter(({ day }) => day <= lastDay);
  return [...groupBy(days, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => {
    const [first] = own;
    const months = monthsOf(own, lastDay).filter(({ month }) => view.from === null || month >= view.from.slice(0, 7));
    return first === undefined ? [] : (make(months, first, lastDay) ?? []);
  });
}

const COLUMNS: readonly Column[] = [
  { name: 'month', title: 'Month', kind: 'text' },
  { name: 'start', title: 'MRR before', kind: 'money' },
  ...movementKinds.map((name): Column => ({ name, title: TITLES[name], kind: 'money' })),
  { name: 'end', title: 'MRR after', kind: 'money' },
  { name: 'customers_new', title: 'New customers', kind: 'count' },
  { name: 'customers_churned', title: 'Churned', kind: 'count' },
  { name: 'customer_churn', title: 'Customer churn', kind: 'percent' },
  { name: 'churn_replaced', title: 'Churn replaced', kind: 'money' },
];

function movementsBlock(months: readonly Month[], { scope, currency }: Pick<MrrDay, 'scope' | 'currency'>, lastDay: LocalDate): Block {
  const incomplete = incompletePeriod(lastDay, 'month');
  return {
    scope,
    currency,
    columns: COLUMNS,
    rows: months.map((own): Value[] => [
      ...[own.month, own.start, ...movementKinds.map((kind) => own[kind]), own.end, own.customers_new, own.customers_churned],
      ...[ratioOf(own.customers_churned, own.customersAtStart), own.churn_replaced],
    ]),
    shown: { rows: 13, from: 'end' },
    incomplete,
    chart: {
      kind: 'bars',
      labels: months.map(({ month }) => month),
      series: movementKinds.map((kind) => ({ name: TITLES[kind], colour: COLOURS[kind], values: months.map((own) => own[kind]) })),
      format: (value) => shortAmount(value, currency),
      incomplete,
    },
  };
}

function waterfallBlock(months: readonly Month[], { scope, currency }: Pick<MrrDay, 'scope' | 'currency'>, lastDay: LocalDate): Block | undefined {
  const shown = months.filter(({ month }) => month !== incompletePeriod(lastDay, 'month')).at(-1);
  if (shown === undefined) return undefined;
  const { month, start, end } = shown;
  return {
    scope,
    currency,
    columns: [
      { name: 'step', title: month, kind: 'text' },
      { name: 'amount', title: `${currency} a month`, kind: 'money' },
    ],
    rows: [['MRR before', start], ...movementKinds.map((kind): Value[] => [TITLES[kind], shown[kind]]), ['MRR after', end]],
    chart: {
      kind: 'waterfall',
      title: month,
      bars: [
        { label: `MRR before ${month}`, value: start, kind: 'total' },
        ...movementKinds.map((kind) => ({ label: TITLES[kind], value: shown[kind], kind: 'change' as const })),
        { label: `MRR after ${month}`, value: end, kind: 'total' },
      ],
      axisFrom: axisFrom(shown),
    },
  };
}

/** Where changes are small beside the whole, the axis begins a little below the least value. */
function axisFrom({ start, end, ...flows }: Month): number {
  const changes = movementKinds.reduce((sum, kind) => sum + Math.abs(flows[kind]), 0);
  const least = Math.min(start, end) - changes;
  return least > start / 2 ? least : 0;
}

/** @param days of one scope and currency, in order */
function monthsOf(days: readonly MrrDay[], lastDay: LocalDate): Month[] {
  const byMonth = groupBy(days.filter(({ day }) => day <= lastDay), ({ day }) => periodOf(day, 'month'));
  let [mrr, customers] = [0, 0];
  return periodsBetween(days[0]?.day ?? lastDay, lastDay, 'month').map((month) => {
    const own = byMonth.get(month) ?? [];
    const [start, customersAtStart] = [mrr, customers];
    const newest = own[own.length - 1];
    if (newest !== undefined) [mrr, customers] = [newest.mrr, newest.customers];
    const flows = Object.fromEntries(FLOWS.map((flow) => [flow, own.reduce((sum, day) => sum + day[flow], 0)])) as Record<(typeof FLOWS)[number], number>;
    return { month, start, end: mrr, customersAtStart, ...flows };
  });
}
