import { millisOf, type Instant } from '../core/time.ts';
import type { AlertRule } from './rule.ts';

const HOUR_MS = 3_600_000;
/** Metrics or a feed that are older say nothing of today (metrics specification, "Alerts and the weekly mail"). In hours. */
export const MOST_HOURS = 26;
const MOST_HEALTH_HOURS = 1;
/** The key of the newest check of hub health among the feeds. */
export const HEALTH = 'health';

/** When what rules rest on was last brought up to date. */
export interface Freshness {
  /** Undefined: metrics were never built. */
  readonly metricsBuilt: Instant | undefined;
  /** The newest batch by feed and brand; of `health` the newest check. */
  readonly feeds: ReadonlyMap<string, Instant>;
}

/** Whether a rule can be judged for a brand: `absent`, its feed never came; else why not, in words; undefined: it can. */
export function stalenessOf({ table }: Pick<AlertRule, 'table'>, brand: string, { metricsBuilt, feeds }: Freshness, at: Instant): 'absent' | { readonly reason: string } | undefined {
  if (table.feed === 'health') return healthStaleness(feeds.get(HEALTH), at);
  const feed = brand === '*' ? newestOf(table.feed, feeds) : feeds.get(`${table.feed} ${brand}`);
  if (feed === undefined) return 'absent';
  if (metricsBuilt === undefined) return { reason: 'metrics were never built' };
  const [metrics, data] = [hoursBetween(metricsBuilt, at), hoursBetween(feed, at)];
  if (metrics > MOST_HOURS) return { reason: `metrics were last built ${metrics} hours before` };
  return data > MOST_HOURS ? { reason: `the newest batch of the feed ${table.feed} is ${data} hours old` } : undefined;
}

/** States of integrations are of now or of nothing. */
function healthStaleness(checked: Instant | undefined, at: Instant): ReturnType<typeof stalenessOf> {
  if (checked === undefined) return 'absent';
  const hours = hoursBetween(checked, at);
  return hours >= MOST_HEALTH_HOURS ? { reason: `hub health checked last ${hours} hours before` } : undefined;
}

function newestOf(feed: string, feeds: ReadonlyMap<string, Instant>): Instant | undefined {
  return [...feeds].filter(([key]) => key.startsWith(`${feed} `)).map(([, at]) => at).sort().at(-1);
}

/** Whole hours from one instant to another. */
export function hoursBetween(from: Instant, to: Instant): number {
  return Math.floor((millisOf(to) - millisOf(from)) / HOUR_MS);
}
