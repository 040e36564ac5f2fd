import type { Rates } from '../records/rates.ts';

/** What the configuration says about marketing and goods. */
export interface MarketingSetup {
  /** To bring several currencies together; undefined: they are never added up. */
  readonly rates: Rates | undefined;
  /** After how many days a platform no longer changes a day. */
  readonly restateDaysOf: (platform: string) => number;
  /** Changes exactly if an answer of these can. */
  readonly marketingVersion: string;
}
