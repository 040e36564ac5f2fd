import { groupBy } from '../../../core/group-by.ts';
import type { Transaction } from '../../../db/database.ts';
import { amountText, perHead } from '../declare/amounts.ts';
import { scopesOf, type Card, type View } from '../declare/page.ts';
import { readCohorts } from '../read/cohorts.repository.ts';

const AGES = [12, 6, 3, 1, 0];

/** What a customer has brought on average by the age of a year, or by the highest age that is known. */
export async function ltvHeadline(tx: Transaction, view: View): Promise<readonly Card[]> {
  const [scope = '*'] = scopesOf(view);
  const cells = await readCohorts(tx, scopesOf(view).length > 1 && scope !== '*' ? [] : [scope], 'ltv', 'all');
  return [...groupBy(cells, ({ currency }) => currency)].flatMap(([currency, own]): Card[] => {
    const age = AGES.find((wanted) => own.some((cell) => cell.age === wanted));
    const at = own.filter((cell) => cell.age === age);
    const value = perHead(at.reduce((sum, { amount }) => sum + amount, 0), at.reduce((sum, { members }) => sum + members, 0));
    if (age === undefined || value === null) return [];
    return [{ value: amountText(value, currency), label: `${currency} per customer, ${age} months after the first purchase`, note: `average of ${at.length} complete cohort${at.length === 1 ? '' : 's'}` }];
  });
}
