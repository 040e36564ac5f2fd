import { addDays, type LocalDate } from '../../core/time.ts';
import { factTables } from '../../facts/fact-tables.ts';
import { takeFactChanges } from '../../facts/fact-changes.repository.ts';
import type { AggregateSource } from '../aggregates/read-aggregates.repository.ts';
import { FORECAST_DAYS } from '../marketing/pacing-records.ts';
import { Partitions } from '../partitions/partitions.ts';
import { GROUP } from '../records/group.ts';

const { adPerformance, adBudgets, productCosts, shippingCosts } = factTables;
const FACTS = [adPerformance, adBudgets, productCosts, shippingCosts].map(({ name }) => name);

/** After every month. */
const LATEST = '~';

/**
 * Partitions that changed facts of ads, costs and shipping concern, and those that every day changes: stock, the pace of the
 * month, and ad days that may have become final.
 * @param all those that have such facts or should have, whatever changed
 */
export async function partitionsOfFacts(source: AggregateSource, brands: readonly string[], asOf: LocalDate, all: boolean): Promise<Partitions> {
  const { database, tx } = source;
  const partitions = new Partitions();
  for (const brand of brands) partitions.add('stock', brand, asOf);
  const yesterday = addDays(asOf, -1);
  for (const brand of brands) for (const day of [asOf, yesterday]) partitions.add('marketing', brand, day);
  const date = database.dialect.quote('date');
  const open = await database.dialect.selectRows(tx, 'select distinct brand, substr(day, 1, 7) from metric_ad_days where provisional = 1', []);
  for (const [brand, month] of open) partitions.add('marketing', String(brand), String(month));
  /** By brand the earliest month whose sales have another cost. */
  const costs = new Map<string, string>();
  for (const { brand, fact, period } of await takeFactChanges(tx, FACTS)) {
    if (fact === adPerformance.name || fact === adBudgets.name) {
      addMarketing(partitions, brand, period);
      continue;
    }
    // A cost counts from its day on, and an order may be of any month.
    const from = fact === productCosts.name ? period : '';
    if (from < (costs.get(brand) ?? LATEST)) costs.set(brand, from);
  }
  for (const [brand, from] of costs) for (const month of await monthsOfSales(source, brand, from)) partitions.add('goods', brand, month);
  if (!all) return partitions;
  const stated = await database.dialect.selectRows(tx, `select distinct brand, substr(${date}, 1, 7) from ad_performance`, []);
  for (const [brand, month] of stated) addMarketing(partitions, String(brand), String(month));
  return partitions;
}

/** The month, of the brand and the group, and its campaigns; the month after it, whose forecast may begin with its last days. */
function addMarketing(partitions: Partitions, brand: string, month: string): void {
  partitions.add('marketing', brand, month);
  partitions.add('marketing', GROUP, month);
  partitions.add('campaigns', brand, month);
  partitions.add('marketing', brand, addDays(`${month}-28` as LocalDate, FORECAST_DAYS));
}

async function monthsOfSales({ database, tx }: AggregateSource, brand: string, from: string): Promise<string[]> {
  const rows = await database.dialect.selectRows(tx, 'select distinct substr(fact_date, 1, 7) from revenue_facts where brand = ? and fact_date >= ?', [brand, from === '' ? '0001-01-01' : `${from}-01`]);
  return rows.map(([month]) => String(month));
}
