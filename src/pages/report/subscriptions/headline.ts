import { groupBy } from '../../../core/group-by.ts';
import { addDays } from '../../../core/time.ts';
import { formatCount } from '../../../core/text/counts.ts';
import type { Transaction } from '../../../db/database.ts';
import { amountText, percentText, ratioOf } from '../declare/amounts.ts';
import type { Card, View } from '../declare/page.ts';
import { readActiveOnNewestDay, readMrrDays } from '../read/subscriptions.repository.ts';
import { mrrAt } from './mrr-at.ts';

const DAYS = 30;

/** MRR of each currency, and how many subscriptions are active. */
export async function subscriptionsHeadline(tx: Transaction, view: View): Promise<readonly Card[]> {
  // MRR of brands adds; only customers do not.
  const days = await readMrrDays(tx, view, view.brands);
  const cards = [...groupBy(days, ({ currency }) => currency)].map(([currency, own]): Card => {
    const brands = [...groupBy(own, ({ scope }) => scope).values()];
    const at = (day: string): number => brands.reduce((sum, series) => sum + mrrAt(series, day), 0);
    const [now, before] = [at(view.asOf), at(addDays(view.asOf, -DAYS))];
    const change = ratioOf(now - before, before);
    return { value: amountText(now, currency), label: `${currency} MRR`, note: change === null ? 'nothing to compare with' : `${change > 0 ? '+' : ''}${percentText(change)} in ${DAYS} days` };
  });
  const active = await readActiveOnNewestDay(tx, view, null);
  const [first] = active;
  if (first === undefined) return cards;
  return [...cards, { value: formatCount(active.reduce((sum, { subscriptions }) => sum + subscriptions, 0)), label: 'active subscriptions', note: `at the end of ${first.day}` }];
}
