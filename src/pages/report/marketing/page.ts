import { groupBy } from '../../../core/group-by.ts';
import type { Transaction } from '../../../db/database.ts';
import { amountText, minorOfMicros as minor, ratioOf } from '../declare/amounts.ts';
import type { Card, ReportPage, View } from '../declare/page.ts';
import { readAds, readFinalUntil } from '../read/marketing.repository.ts';
import { readRevenue } from '../read/revenue.repository.ts';
import { restatedSection } from '../restated/restated-section.ts';
import { acquisitionByChannel, acquisitionByMonth } from './acquisition.ts';
import { AD_DAYS, adRange, platforms, spendOverTime } from './ads.ts';
import { campaignsAndGroups } from './campaigns.ts';
import { efficiency } from './efficiency.ts';
import { pace } from './pace.ts';
import { visits } from './visits.ts';

/** What marketing costs and brings. */
export const marketingPage: ReportPage = {
  name: 'marketing',
  title: 'Marketing',
  question: 'What do we spend, does it keep to plan, and what comes back?',
  headline,
  sections: [pace, spendOverTime, acquisitionByMonth, acquisitionByChannel, efficiency, platforms, campaignsAndGroups, visits, restatedSection([{ table: 'metric_ad_days', period: 'day', measures: ['spend_micros', 'claimed_value_micros'], isMoney: true, micros: { spend_micros: 'spend', claimed_value_micros: 'claimed value' } }])],
};

async function headline(tx: Transaction, view: View): Promise<readonly Card[]> {
  const range = adRange(view);
  const ads = await readAds(tx, view.brands, range.from, range.to);
  const revenue = await readRevenue(tx, { ...view, from: range.from }, 'brand');
  const cards = [...groupBy(ads, ({ currency }) => currency)].map(([currency, own]): Card => {
    const spend = minor(own.reduce((sum, { spendMicros }) => sum + spendMicros, 0), currency);
    const net = revenue.filter((row) => row.currency === currency).reduce((sum, row) => sum + row.net_revenue, 0);
    const mer = ratioOf(net, spend);
    return { value: amountText(spend, currency), label: `${currency} spend, last ${AD_DAYS} days`, note: mer === null ? 'nothing to divide by' : `net revenue is ${mer.toFixed(2)} times that (MER)` };
  });
  const found = await readFinalUntil(tx, view.brands);
  return found === undefined ? cards : [...cards, { value: found.finalUntil ?? '–', label: 'ad figures are final until', note: `newest ad day ${found.newest}` }];
}
