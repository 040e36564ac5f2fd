import type { Transaction } from '../../../db/database.ts';
import type { Column, Section, Value, View } from '../declare/page.ts';
import { firstMarginMonth } from '../margin/product-margins.ts';
import { adRange } from '../marketing/ads.ts';
import { readProducts, readStockRows } from '../read/goods.repository.ts';
import { readAds, readProvisionalDays, readUnclassified } from '../read/marketing.repository.ts';
import { newestMetricDay } from '../read/newest-day.repository.ts';
import { newSince, readFailedRuns, readFeedStates, readProblems } from '../read/operations.repository.ts';
import { readEarlierReport } from '../read/restated.repository.ts';
import { readCurrencies } from '../read/revenue.repository.ts';
import type { ReadPage } from '../write/read-page.ts';
import type { Flag } from './flag.ts';
import { marginFlags, stockFlags } from './goods-flags.ts';
import { channelFlags, provisionalFlags, roasFlags } from './marketing-flags.ts';
import { failureFlags, latenessFlags, problemFlags, rateFlags, restatedFlags } from './run-flags.ts';

const COLUMNS: readonly Column[] = [
  { name: 'what', title: 'What', kind: 'text' },
  { name: 'brand', title: 'Brand', kind: 'text' },
  { name: 'count', title: 'How many', kind: 'count' },
  { name: 'which', title: 'Which', kind: 'text' },
  { name: 'page', title: 'Page', kind: 'page' },
];

/** Everything that a reader should look at first. */
export function flagged(pages: readonly ReadPage[]): Section {
  const names = new Set(pages.map(({ page }) => page.name));
  return {
    name: 'flagged',
    title: 'What is flagged',
    definition: 'What is late or failed, what changed of the past, and what loses money, runs out or is not known. Each line names the worst first; its page has them all.',
    unit: 'how many there are of each',
    none: 'Nothing is flagged.',
    async read(tx, view) {
      const rows = (await flagsOf(tx, view, pages)).map(({ what, brand, count, which, page }): Value[] => [what, brand === null ? null : (view.names.get(brand) ?? brand), count, which, page !== null && names.has(page) ? page : null]);
      return { blocks: rows.length === 0 ? [] : [{ scope: '*', currency: null, columns: COLUMNS, stacked: true, rows }], coverage: 'Ad days are final when a batch dated long enough after them has stated them; until then ROAS and CAC of these days can change.' };
    },
  };
}

async function flagsOf(tx: Transaction, view: View, pages: readonly ReadPage[]): Promise<Flag[]> {
  const { brands, asOf } = view;
  const since = newSince(await readEarlierReport(tx, view), view);
  const range = adRange(view);
  const firstMonth = firstMarginMonth(view);
  return [
    ...failureFlags(await readFailedRuns(tx, brands, since)),
    ...latenessFlags(await readFeedStates(tx, brands), await newestMetricDay(tx, brands), asOf),
    ...problemFlags(await readProblems(tx, 'build-metrics', brands, since)),
    ...restatedFlags(pages),
    ...stockFlags(await readStockRows(tx, brands)),
    ...marginFlags((await readProducts(tx, view)).filter(({ month }) => month >= firstMonth)),
    ...roasFlags(await readAds(tx, brands, range.from, range.to)),
    ...channelFlags(await readUnclassified(tx, brands, range.from, range.to)),
    ...provisionalFlags(await readProvisionalDays(tx, brands)),
    ...rateFlags(await readCurrencies(tx, brands), view.rates),
  ];
}
