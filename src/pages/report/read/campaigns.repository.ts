import type { Transaction } from '../../../db/database.ts';

const sums = ['chains', 'customers', 'discount', 'chains_30', 'net_30', 'chains_90', 'net_90', 'chains_365', 'net_365', 'net_to_date'] as const;

/** What the chains of a coupon or campaign brought, over all months; amounts in minor units, spend null without a feed of ads. */
export interface CampaignRow extends Readonly<Record<(typeof sums)[number], number>> {
  readonly scope: string;
  readonly currency: string;
  readonly kind: string;
  readonly code: string;
  readonly customer_type: string;
  readonly spend: number | null;
}

/** By brand, currency, kind, code and type of customer. */
export async function readCampaigns(tx: Transaction, brands: readonly string[]): Promise<CampaignRow[]> {
  const key = ['brand', 'currency', 'kind', 'code', 'customer_type'];
  const rows = (await tx('metric_campaigns')
    .select(...key)
    .sum({ ...Object.fromEntries(sums.map((name) => [name, name])), spend: 'spend' })
    .whereIn('brand', brands)
    .groupBy(...key)
    .orderBy(key)) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    scope: String(row['brand']),
    currency: String(row['currency']),
    kind: String(row['kind']),
    code: String(row['code']),
    customer_type: String(row['customer_type']),
    // The sum of nothing but unknown spends is unknown.
    spend: row['spend'] === null || row['spend'] === undefined ? null : Number(row['spend']),
    ...(Object.fromEntries(sums.map((name) => [name, Number(row[name] ?? 0)])) as Record<(typeof sums)[number], number>),
  }));
}
