import type { LocalDate } from '../../core/time.ts';
import { daysOfMonth } from '../aggregates/calendar.ts';
import { UnitCosts } from '../margin/product-margin.ts';
import { productRecords } from '../margin/product-records.ts';
import { readGoodsFacts, readUnitCosts } from '../margin/read-goods.repository.ts';
import { acquisitionRecords } from '../marketing/acquisition-records.ts';
import { adDayRecords } from '../marketing/ad-days.ts';
import type { MarketingSetup } from '../marketing/marketing-setup.ts';
import { pacingRecords } from '../marketing/pacing-records.ts';
import { readAcquired, readAdDays, readBudgets, readCampaignDays, readPlatformSpend, readSpendDays } from '../marketing/read-marketing.repository.ts';
import { GROUP } from '../records/group.ts';
import { metricAcquisition, metricAdDays, metricPacing, metricProducts, metricStock } from '../records/marketing-tables.ts';
import { readStock } from '../stock/read-stock.repository.ts';
import { stockRecords } from '../stock/stock-records.ts';
import { apply, applyWhole, days } from './apply-sums.ts';
import type { SumsTarget } from './sums-target.ts';

/** What marketing of a month cost and brought; of the group only what a customer cost. */
export async function marketingMonth(to: SumsTarget, { brand, asOf, marketing }: { readonly brand: string; readonly asOf: LocalDate; readonly marketing: MarketingSetup }, month: string): Promise<void> {
  const { target } = to;
  const range = daysOfMonth(month);
  const [spend, customers] = [await readPlatformSpend(target, brand, range), await readAcquired(target, brand, range)];
  await apply(to, metricAcquisition, brand, [month], acquisitionRecords(brand, month, spend, customers, marketing.rates));
  if (brand === GROUP) return;
  const [adDays, chains] = [await readAdDays(target, brand, range), await readCampaignDays(target, brand, range)];
  await apply(to, metricAdDays, brand, days(range), adDayRecords(brand, adDays, chains, marketing.restateDaysOf));
  await apply(to, metricPacing, brand, [month], pacingRecords(brand, month, asOf, await readSpendDays(target, brand, range), await readBudgets(target, brand, month)));
}

/** What products of a month brought and cost. */
export async function goods(to: SumsTarget, brand: string, month: string, { rates }: MarketingSetup): Promise<void> {
  if (brand === GROUP) return;
  const costs = new UnitCosts(await readUnitCosts(to.target, brand), rates);
  await apply(to, metricProducts, brand, [month], productRecords(brand, month, await readGoodsFacts(to.target, brand, daysOfMonth(month)), costs));
}

/** What is left of each product. */
export async function stock(to: SumsTarget, brand: string, asOf: LocalDate): Promise<void> {
  if (brand === GROUP) return;
  const { places, sold } = await readStock(to.target, brand, asOf);
  await applyWhole(to, metricStock, brand, stockRecords(brand, places, sold, asOf));
}
