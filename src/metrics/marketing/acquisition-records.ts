import { metricAcquisition, type AcquisitionRecord } from '../records/marketing-tables.ts';
import type { Rates } from '../records/rates.ts';
import { acquisitionCost } from './acquisition-cost.ts';

/** Channels that are ad platforms: what is spent there is spent for the customers of that channel. */
const AD_CHANNELS: ReadonlySet<string> = new Set(['meta', 'google', 'tiktok', 'microsoft', 'amazon']);

/** Spend of a month on a platform, in micros. */
export interface PlatformSpend {
  readonly platform: string;
  readonly currency: string;
  readonly micros: number;
}

/**
 * What new customers of a month cost, by advertising channel, over those (`paid`) and over all (`blended`). Customers whose
 * channel is unknown count in blended alone. A channel without spend and customers has no row.
 * @param customers how many were acquired, by channel
 */
export function acquisitionRecords(brand: string, month: string, spend: readonly PlatformSpend[], customers: ReadonlyMap<string, number>, rates: Rates | undefined): AcquisitionRecord[] {
  if (spend.length === 0 && customers.size === 0) return [];
  const count = (isCounted: (channel: string) => boolean): number => [...customers].reduce((sum, [channel, own]) => sum + (isCounted(channel) ? own : 0), 0);
  const row = (channel: string, isCounted: (channel: string) => boolean, isSpent: (platform: string) => boolean): AcquisitionRecord => {
    const customersNew = count(isCounted);
    const { currency, spend: sum, cac, reason } = acquisitionCost(byCurrency(spend.filter(({ platform }) => isSpent(platform))), customersNew, rates);
    return metricAcquisition.rowOf({ brand, month, channel, currency, spend: sum, customers_new: customersNew, cac, reason });
  };
  const channels = [...AD_CHANNELS].filter((channel) => customers.has(channel) || spend.some(({ platform }) => platform === channel));
  const isAd = (channel: string): boolean => AD_CHANNELS.has(channel);
  const all = (): boolean => true;
  return [...channels.map((channel) => row(channel, (own) => own === channel, (platform) => platform === channel)), row('paid', isAd, isAd), row('blended', all, all)];
}

function byCurrency(spend: readonly PlatformSpend[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { currency, micros } of spend) sums.set(currency, (sums.get(currency) ?? 0) + micros);
  return sums;
}
