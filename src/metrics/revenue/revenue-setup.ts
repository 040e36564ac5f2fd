import type { FeeRule } from './payment-fee.ts';
import type { ShopVisit } from '../facts/shop-order.ts';

/**
 * The channel of a purchase by its campaign (null: it names none), as the rules of the brand tell it; of a shop also by the visit
 * that led to it.
 */
export type ChannelOf = (brand: string, campaign: string | null, visit?: Omit<ShopVisit, 'campaign'>) => string;

/** What rules and configuration say about revenue. */
export interface RevenueSetup {
  readonly channelOf: ChannelOf;
  /** What payments cost. */
  readonly feeRules: readonly FeeRule[];
  /** Changes exactly if an answer of these can: everybody is then taken up. */
  readonly revenueVersion: string;
}
