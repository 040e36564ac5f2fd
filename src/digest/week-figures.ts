import { compareText } from '../core/compare.ts';
import { fraction, roundHalfEven } from '../core/fraction.ts';
import { acquisitionCost } from '../metrics/marketing/acquisition-cost.ts';
import { majorOfMicros, minorOf } from '../metrics/records/rates.ts';
import type { LocalDate } from '../core/time.ts';
import type { CurrencyFigures, Figure } from './digest.ts';
import { COMPARED_WEEKS, figureOf, ratio, type FigureName, type Known } from './figures.ts';
import { weeksBefore, type Week } from './week.ts';
import type { MrrDay, WeekFacts } from './week-facts.ts';

const NO_METRICS = 'no metrics of that week';
const NO_SPEND = 'no spend data';
const MOVEMENTS = [['new', 'MRR new'], ['expansion', 'MRR expansion'], ['contraction', 'MRR contraction'], ['churn', 'MRR churn'], ['reactivation', 'MRR reactivation']] as const;
const COST_REASONS = { no_customers: 'no new customers', no_spend_data: NO_SPEND, several_currencies: 'spend in several currencies' } as const;

type OfWeek = (week: Week) => Known;

/** What the week was in each currency that it knows of, by currency. */
export function currencyFigures(facts: WeekFacts, week: Week): CurrencyFigures[] {
  const { revenue, mrr, spend } = facts;
  const currencies = [...new Set([...revenue, ...mrr, ...spend].map(({ currency }) => currency))].sort(compareText);
  return currencies.map((currency) => ({ currency, figures: figuresIn(currency, facts, week) }));
}

/** What the week was without a currency. */
export function countFigures(facts: WeekFacts, week: Week): Figure[] {
  const { active, acquired, first } = facts;
  const activeAt: OfWeek = ({ to }) => ifKnown(to, first.mrr, () => active.filter(({ day }) => day === to).reduce((sum, { subscriptions }) => sum + subscriptions, 0));
  const newIn: OfWeek = ({ from }) => ifKnown(from, first.revenue, () => customersOf(acquired, from));
  return [
    figure({ name: 'active_subscriptions', label: 'Active subscriptions', kind: 'count' }, activeAt, week),
    figure({ name: 'new_customers', label: 'New customers', kind: 'count' }, newIn, week),
  ];
}

function figuresIn(currency: string, facts: WeekFacts, week: Week): Figure[] {
  const { revenue, mrr, spend, acquired, first } = facts;
  const own = <Row extends { readonly currency: string }>(rows: readonly Row[]): Row[] => rows.filter((row) => row.currency === currency);
  const [sold, recurring, spent] = [own(revenue), own(mrr), own(spend)];
  const money = (name: string, label: string): FigureName => ({ name, label, kind: 'money', currency });
  const moved = (pick: (day: MrrDay) => number): OfWeek => (of) => ifKnown(of.from, first.mrr, () => sumIn(recurring, of, pick));
  const netOf: OfWeek = (of) => ifKnown(of.from, first.revenue, () => sumIn(sold, of, ({ net }) => net));
  const spendOf: OfWeek = (of) => ifKnown(of.from, first.spend, () => roundHalfEven(minorOf(majorOfMicros(sumIn(spent, of, ({ micros }) => micros)), currency) ?? fraction(0)), NO_SPEND);
  const costOf: OfWeek = (of) => {
    const cost = acquisitionCost(microsOf(spend, of), customersOf(acquired, of.from));
    return cost.reason === null && cost.currency !== currency ? { value: null, reason: `spend in ${cost.currency ?? 'another currency'}` } : { value: cost.cac, ...(cost.reason === null ? {} : { reason: COST_REASONS[cost.reason] }) };
  };
  return [
    figure(money('net_revenue', 'Net revenue'), netOf, week),
    figure(money('refunds', 'Refunds'), (of) => ifKnown(of.from, first.revenue, () => sumIn(sold, of, ({ refunds }) => refunds)), week),
    figure(money('mrr', 'MRR at the end'), ({ to }) => ifKnown(to, first.mrr, () => recurring.find(({ day }) => day === to)?.mrr ?? 0), week),
    ...MOVEMENTS.map(([name, label]) => figure(money(`mrr_${name}`, label), moved((day) => day[name]), week)),
    figure({ name: 'churned_customers', label: 'Churned customers', kind: 'count' }, moved(({ churned }) => churned), week),
    figure(money('spend', 'Ad spend'), spendOf, week),
    figure({ name: 'mer', label: 'MER (net revenue ÷ spend)', kind: 'ratio' }, (of) => ratio(netOf(of).value, spendOf(of).value, NO_SPEND), week),
    figure(money('blended_cac', 'CAC, blended'), costOf, week),
  ];
}

function figure(name: FigureName, of: OfWeek, week: Week): Figure {
  return figureOf(name, of(week), weeksBefore(week, COMPARED_WEEKS).map(of));
}

/** A figure of a day is known from the first day on of which anything is. */
function ifKnown(day: LocalDate, first: LocalDate | null, value: () => number, reason = NO_METRICS): Known {
  return first === null || day < first ? { value: null, reason } : { value: value() };
}

function sumIn<Row extends { readonly day: LocalDate }>(rows: readonly Row[], { from, to }: Week, pick: (row: Row) => number): number {
  return rows.filter(({ day }) => day >= from && day <= to).reduce((sum, row) => sum + pick(row), 0);
}

function microsOf(spend: WeekFacts['spend'], { from, to }: Week): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { currency, day, micros } of spend) if (day >= from && day <= to) sums.set(currency, (sums.get(currency) ?? 0) + micros);
  return sums;
}

function customersOf(acquired: WeekFacts['acquired'], monday: LocalDate): number {
  return acquired.filter((row) => row.monday === monday).reduce((sum, { customers }) => sum + customers, 0);
}
