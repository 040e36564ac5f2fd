import { groupBy } from '../../../core/group-by.ts';
import { addDays } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import { amountText, percentText, ratioOf } from '../declare/amounts.ts';
import type { Card, View } from '../declare/page.ts';
import { lastFlowDay, readRevenue } from '../read/revenue.repository.ts';

const DAYS = 30;

/** Net revenue of the last complete days, and how it compares with as many before. */
export async function revenueHeadline(tx: Transaction, view: View): Promise<readonly Card[]> {
  const last = lastFlowDay(view);
  const rows = await readRevenue(tx, view, 'brand');
  return [...groupBy(rows, ({ currency }) => currency)].map(([currency, own]): Card => {
    const sum = (from: number, to: number): number =>
      own.filter(({ day }) => day > addDays(last, -from) && day <= addDays(last, -to)).reduce((total, { net_revenue: net }) => total + net, 0);
    const [now, before] = [sum(DAYS, 0), sum(2 * DAYS, DAYS)];
    const change = ratioOf(now - before, before);
    const isKnown = (own[0]?.day ?? last) <= addDays(last, 1 - 2 * DAYS) && change !== null && before > 0;
    return {
      value: amountText(now, currency),
      label: `${currency} net revenue, last ${DAYS} days`,
      note: isKnown ? `${change > 0 ? '+' : ''}${percentText(change)} against the ${DAYS} days before` : `to ${last}; nothing to compare with`,
    };
  });
}
