import type { LocalDate } from '../../core/time.ts';
import { metricMrrDays, type MrrDayRecord } from '../records/aggregate-tables.ts';
import { periodsIn, type DayRange } from './calendar.ts';

/** The movements of one kind on one day, over the customers of a scope (metrics, "Movements"). */
export interface MovementSum {
  readonly day: LocalDate;
  readonly currency: string;
  readonly kind: 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation';
  readonly isReplacement: boolean;
  readonly amount: number;
  /** How many customers moved. */
  readonly customers: number;
}

type Measures = Omit<MrrDayRecord, 'brand' | 'day' | 'currency' | 'row_id'>;

const FLOWS = { new: 0, expansion: 0, contraction: 0, churn: 0, reactivation: 0, customers_new: 0, customers_churned: 0, churn_replaced: 0 };
/** By how many customers a movement changes those with recurring revenue. */
const CUSTOMERS: Readonly<Record<MovementSum['kind'], number>> = { new: 1, reactivation: 1, churn: -1, expansion: 0, contraction: 0 };

/**
 * A row for each day of the range and each currency, from its first movement on: recurring revenue and customers at the
 * end of the day, and what moved them.
 *
 * @param brand a brand, or GROUP with the movements of the group
 * @param movements of the scope up to the end of the range, those before it too: they are what it begins with
 */
export function mrrDays(brand: string, movements: Iterable<MovementSum>, range: DayRange): MrrDayRecord[] {
  const currencies = new Map<string, { mrr: number; customers: number; readonly days: Map<LocalDate, MovementSum[]>; first: LocalDate }>();
  for (const movement of movements) {
    if (movement.day >= range.to) continue;
    let own = currencies.get(movement.currency);
    if (own === undefined) currencies.set(movement.currency, (own = { mrr: 0, customers: 0, days: new Map(), first: movement.day }));
    if (movement.day < own.first) own.first = movement.day;
    if (movement.day < range.from) {
      own.mrr += movement.amount;
      own.customers += CUSTOMERS[movement.kind] * movement.customers;
    } else own.days.set(movement.day, [...(own.days.get(movement.day) ?? []), movement]);
  }
  return [...currencies].flatMap(([currency, own]) => {
    const days = periodsIn('day', { from: own.first > range.from ? own.first : range.from, to: range.to });
    return days.map((day): MrrDayRecord => {
      const flows = flowsOf(own.days.get(day) ?? []);
      own.mrr += flows.net;
      own.customers += flows.customers;
      return metricMrrDays.rowOf({ brand, day, currency, ...flows.measures, mrr: own.mrr, customers: own.customers });
    });
  });
}

function flowsOf(movements: readonly MovementSum[]): { readonly measures: Omit<Measures, 'mrr' | 'customers'>; readonly net: number; readonly customers: number } {
  const measures = { ...FLOWS };
  let [net, customers] = [0, 0];
  for (const { kind, amount, customers: moved, isReplacement } of movements) {
    measures[kind] += amount;
    net += amount;
    customers += CUSTOMERS[kind] * moved;
    if (kind === 'new') measures.customers_new += moved;
    if (kind !== 'churn') continue;
    measures.customers_churned += moved;
    if (isReplacement) measures.churn_replaced += amount;
  }
  return { measures, net, customers };
}
