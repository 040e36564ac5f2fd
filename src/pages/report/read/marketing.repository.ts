import { addDays, type LocalDate } from '../../../core/time.ts';
import type { Transaction } from '../../../db/database.ts';
import { numberOf } from '../../../db/dialect.ts';
import type { View } from '../declare/page.ts';
import { lastFlowDay } from './revenue.repository.ts';

/** What a customer of a month cost. Amounts in minor units; null with its reason. */
export interface AcquisitionRow {
  readonly scope: string;
  readonly month: string;
  readonly channel: string;
  readonly currency: string | null;
  readonly spend: number | null;
  readonly customersNew: number;
  readonly cac: number | null;
  readonly reason: string | null;
}

/** What an ad group cost and brought over some days. Spend and claims in micros, revenue in minor units. */
export interface AdRow {
  readonly scope: string;
  readonly platform: string;
  readonly currency: string;
  readonly campaignId: string;
  readonly adGroupId: string;
  readonly campaign: string;
  readonly adGroup: string;
  readonly day: LocalDate;
  readonly spendMicros: number;
  readonly clicks: number | null;
  readonly claimedMicros: number | null;
  readonly hubOrders: number;
  readonly hubRevenue: number;
  readonly isProvisional: boolean;
}

/** How spend of a month keeps to its budget; amounts in minor units, pace a ratio. */
export interface PacingRow {
  readonly scope: string;
  readonly platform: string;
  readonly currency: string;
  readonly budget: number | null;
  readonly spend: number;
  readonly daysDone: number;
  readonly pace: number | null;
  readonly forecast: number;
}

/** What new customers cost by month and channel, months that have begun by the last complete day. */
export async function readAcquisition(tx: Transaction, view: View, scopes: readonly string[]): Promise<AcquisitionRow[]> {
  const rows = (await tx('metric_acquisition')
    .select('brand', 'month', 'channel', 'currency', 'spend', 'customers_new', 'cac', 'reason')
    .whereIn('brand', scopes)
    .where('month', '<=', lastFlowDay(view).slice(0, 7))
    .where('month', '>=', view.from?.slice(0, 7) ?? '')
    .orderBy(['brand', 'month', 'channel'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), month: String(row['month']), channel: String(row['channel']), currency: text(row['currency']), reason: text(row['reason']) },
    ...{ spend: numberOf(row['spend']), customersNew: Number(row['customers_new']), cac: numberOf(row['cac']) },
  }));
}

/** The ad days of a range, `to` included. */
export async function readAds(tx: Transaction, brands: readonly string[], from: LocalDate, to: LocalDate): Promise<AdRow[]> {
  const rows = (await tx('metric_ad_days').whereIn('brand', brands).where('day', '>=', from).where('day', '<=', to).orderBy(['brand', 'platform', 'campaign_id', 'ad_group_id', 'day'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), platform: String(row['platform']), currency: String(row['currency']), campaignId: String(row['campaign_id']), adGroupId: String(row['ad_group_id']) },
    ...{ campaign: text(row['campaign_name']) ?? String(row['campaign_id']), adGroup: text(row['ad_group_name']) ?? String(row['ad_group_id']), day: String(row['day']) as LocalDate },
    ...{ spendMicros: Number(row['spend_micros']), clicks: numberOf(row['clicks']), claimedMicros: numberOf(row['claimed_value_micros']) },
    ...{ hubOrders: Number(row['hub_orders']), hubRevenue: Number(row['hub_revenue']), isProvisional: Number(row['provisional']) === 1 },
  }));
}

/** The pace of the month of the last complete day. */
export async function readPacing(tx: Transaction, view: View): Promise<PacingRow[]> {
  const rows = (await tx('metric_pacing').whereIn('brand', view.brands).where('month', lastFlowDay(view).slice(0, 7)).orderBy(['brand', 'currency', 'platform'])) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    ...{ scope: String(row['brand']), platform: String(row['platform']), currency: String(row['currency']), budget: numberOf(row['budget']), spend: Number(row['spend']) },
    ...{ daysDone: Number(row['days_done']), pace: numberOf(row['pace']), forecast: Number(row['forecast']) },
  }));
}

/** Until which day ad figures are final, and the newest day; undefined without ad days. */
export async function readFinalUntil(tx: Transaction, brands: readonly string[]): Promise<{ readonly finalUntil: LocalDate | null; readonly newest: LocalDate } | undefined> {
  const days = tx('metric_ad_days').whereIn('brand', brands);
  const [last] = await days.clone().max<{ day: string | null }[]>({ day: 'day' });
  const [begin] = await days.clone().min<{ day: string | null }[]>({ day: 'day' });
  const [newest, first] = [last?.day ?? null, begin?.day ?? null];
  if (newest === null || first === null) return undefined;
  const [open] = await days.clone().where('provisional', 1).min<{ day: string | null }[]>({ day: 'day' });
  const { day = null } = open ?? {};
  if (day === null) return { finalUntil: newest as LocalDate, newest: newest as LocalDate };
  return { finalUntil: day > first ? addDays(day as LocalDate, -1) : null, newest: newest as LocalDate };
}

/** How many new customers since a day have a channel that no rule knows, of how many. */
export async function readUnclassified(tx: Transaction, brands: readonly string[], from: LocalDate, to: LocalDate): Promise<{ readonly unclassified: number; readonly all: number }> {
  const rows = await tx('metric_customers').whereIn('brand', brands).where('acquired_on', '>=', from).where('acquired_on', '<=', to).groupBy('channel').select('channel').count<{ channel: string | null; rows: number | string }[]>({ rows: '*' });
  const count = (isCounted: (channel: string | null) => boolean): number => rows.reduce((sum, { channel, rows: own }) => sum + (isCounted(channel) ? Number(own) : 0), 0);
  return { unclassified: count((channel) => channel === 'unclassified'), all: count(() => true) };
}

/** How many customers were acquired on the days of a range, `to` included, by scope; a scope without any is not there. */
export async function countAcquired(tx: Transaction, scopes: readonly string[], from: LocalDate, to: LocalDate): Promise<ReadonlyMap<string, number>> {
  const rows = await tx('metric_customers').whereIn('brand', scopes).where('acquired_on', '>=', from).where('acquired_on', '<=', to).groupBy('brand').select('brand').count<{ brand: string; rows: number | string }[]>({ rows: '*' });
  return new Map(rows.map(({ brand, rows: own }) => [brand, Number(own)]));
}

/** Ad days that can still change, by brand and platform. */
export interface ProvisionalDays {
  readonly scope: string;
  readonly platform: string;
  readonly days: number;
  readonly first: LocalDate;
  readonly last: LocalDate;
}

export async function readProvisionalDays(tx: Transaction, brands: readonly string[]): Promise<ProvisionalDays[]> {
  const rows = await tx('metric_ad_days')
    .whereIn('brand', brands)
    .where('provisional', 1)
    .groupBy('brand', 'platform')
    .orderBy(['brand', 'platform'])
    .select('brand', 'platform')
    .countDistinct({ days: 'day' })
    .min({ first: 'day' })
    .max<Record<string, string | number>[]>({ last: 'day' });
  return rows.map((row) => ({ scope: String(row['brand']), platform: String(row['platform']), days: Number(row['days']), first: String(row['first']) as LocalDate, last: String(row['last']) as LocalDate }));
}

function text(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
