import type { Transaction } from '../../../db/database.ts';

const sums = ['chains', 'customers', 'discount', 'chains_30', 'chains_90', 'chains_365', 'net_to_date'] as const;
/** Null where no chain is that old, and where nobody has told of advertisements. */
const unknown = ['net_30', 'net_90', 'net_365', 'spend'] as const;

/** What the chains of a coupon or campaign brought, over all months; amounts in minor units; customers of several months add up. */
export interface CampaignRow extends Readonly<Record<(typeof sums)[number], number>>, Readonly<Record<(typeof unknown)[number], number | null>> {
  readonly scope: string;
  readonly currency: string;
  readonly kind: string;
  readonly code: string;
  readonly customer_type: string;
}

/** By brand, currency, kind, code and type of customer. */
export async function readCampaigns(tx: Transaction, brands: readonly string[]): Promise<CampaignRow[]> {
  const key = ['brand', 'currency', 'kind', 'code', 'customer_type'];
  const rows = (await tx('metric_campaigns')
    .select(...key)
    .sum(Object.fromEntries([...sums, ...unknown].map((name) => [name, name])))
    .whereIn('brand', brands)
    .groupBy(...key)
    .orderBy(key)) as Record<string, string | number | null>[];
  return rows.map((row) => ({
    scope: String(row['brand']),
    currency: String(row['currency']),
    kind: String(row['kind']),
    code: String(row['code']),
    customer_type: String(row['customer_type']),
    ...(Object.fromEntries(sums.map((name) => [name, Number(row[name])])) as Record<(typeof sums)[number], number>),
    ...(Object.fromEntries(unknown.map((name) => [name, row[name] === null ? null : Number(row[name])])) as Record<(typeof unknown)[number], number | null>),
  }));
}
