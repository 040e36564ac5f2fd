import type { Channel } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';

/** What is known of where a purchase came from; null where it is not. */
export interface ChannelFacts {
  readonly brand: string;
  /** Of billing the campaign of the subscription; of shops the utm_campaign. */
  readonly campaign: string | null;
  readonly utmSource?: string | null;
  readonly utmMedium?: string | null;
  readonly referrerHost?: string | null;
}

/** Says nothing at all. */
const NONE: Classified<Channel> = { value: 'none', evidence: { rule: null } };

/**
 * The channel through which a customer came (metrics specification, "Customers and revenue"; sources specification, "Facts"):
 * `none` where nothing is said, `unclassified` where no rule knows what is.
 */
export function channelOf(rules: Rules, { brand, campaign, utmSource, utmMedium, referrerHost }: ChannelFacts): Classified<Channel> {
  const said = [campaign, utmSource, utmMedium, referrerHost].map((text) => (text ?? '').trim());
  if (said.every((text) => text === '')) return NONE;
  const structure = { utm_source: lower(utmSource), utm_medium: lower(utmMedium), referrer_host: lower(referrerHost) };
  return rules.of('channel').classify(said[0] ?? '', structure, brand);
}

function lower(text: string | null | undefined): string | null {
  return text?.trim().toLowerCase() ?? null;
}
