import type { FeeRule } from './payment-fee.ts';

/** The channel of a purchase by its campaign (null: it names none), as the rules of the brand tell it. */
export type ChannelOf = (brand: string, campaign: string | null) => string;

/** What rules and configuration say about revenue. */
export interface RevenueSetup {
  readonly channelOf: ChannelOf;
  /** What payments cost. */
  readonly feeRules: readonly FeeRule[];
  /** Changes exactly if an answer of these can: everybody is then taken up. */
  readonly revenueVersion: string;
}
