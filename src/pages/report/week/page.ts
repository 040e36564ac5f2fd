import type { Transaction } from '../../../db/database.ts';
import type { Figure } from '../../../digest/digest.ts';
import { lastCompleteWeek } from '../../../digest/week.ts';
import { amountText, percentText } from '../declare/amounts.ts';
import type { Card, ReportPage, View } from '../declare/page.ts';
import { amounts, counts, ratios } from './figures.ts';
import { alerts, changedPast, coverage, flaggedStock, products, weekRuns } from './lists.ts';
import { readLists } from './read-week.ts';

/** The last complete week, as the mail of Monday tells it. */
export const weekPage: ReportPage = {
  name: 'week',
  title: 'Week',
  question: 'How was the last complete week, beside the one before and the mean of four?',
  headline,
  sections: [amounts, counts, ratios, products, flaggedStock, alerts, coverage, changedPast, weekRuns],
};

async function headline(tx: Transaction, view: View): Promise<readonly Card[]> {
  const { name, from, to } = lastCompleteWeek(view.asOf);
  const digests = await readLists(tx, view);
  const scope = (brand: string): string => (digests.length === 1 ? '' : `, ${view.names.get(brand) ?? brand}`);
  const cards = digests.flatMap((digest) =>
    digest.currencies.flatMap(({ currency, figures }): Card[] => {
      const net = figures.find((figure) => figure.name === 'net_revenue');
      return net?.value == null ? [] : [{ value: amountText(net.value, currency), label: `${currency} net revenue${scope(digest.scope)}`, note: changeText(net) }];
    }),
  );
  return [{ value: name, label: `${from} to ${to}`, note: 'the last complete week' }, ...cards];
}

function changeText({ change }: Figure): string {
  return change === null ? 'too little to compare with' : `${change > 0 ? '+' : ''}${percentText(change)} against the week before`;
}
