import { checksum } from '../core/hash.ts';
import type { LocalDate } from '../core/time.ts';
import { channelOf } from '../enriched/classify/channel.ts';
import type { Rules } from '../enriched/rules/rules.ts';
import type { MarketingSetup } from './marketing/marketing-setup.ts';
import type { RevenueSetup } from './revenue/revenue-setup.ts';
import type { Rates } from './records/rates.ts';

/** What the configuration says about metrics (`metrics` in hub.config.yaml). */
export interface MetricsSettings {
  readonly payment_fees: readonly { readonly brand?: string | undefined; readonly currency: string; readonly from: string; readonly percent: string; readonly fixed: number }[];
  /** What one unit of each currency is in the base. */
  readonly rates?: Pick<Rates, 'base' | 'rates'> | undefined;
  readonly restate_days: Readonly<Record<string, number>>;
}

/** After how many days platforms no longer change a day, where the configuration says nothing (metrics specification, "Late and restated"). */
const RESTATE_DAYS: Readonly<Record<string, number>> = { meta: 28 };
const DEFAULT_RESTATE_DAYS = 30;

/** What rules and configuration say about revenue, marketing and goods. */
export function metricsSetup({ payment_fees: fees, rates, restate_days: restateDays }: MetricsSettings, rules: Rules): RevenueSetup & MarketingSetup {
  return {
    channelOf: (brand, campaign, visit) => channelOf(rules, { ...visit, brand, campaign }).value,
    feeRules: fees.map((fee) => ({ ...fee, from: fee.from as LocalDate })),
    revenueVersion: checksum(JSON.stringify([rules.of('channel').version, fees])),
    rates: rates && { ...rates, inBase: true },
    restateDaysOf: (platform) => restateDays[platform] ?? RESTATE_DAYS[platform] ?? restateDays['default'] ?? DEFAULT_RESTATE_DAYS,
    marketingVersion: checksum(JSON.stringify([rates ?? null, Object.entries(restateDays).sort()])),
  };
}
