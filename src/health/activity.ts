import { groupBy } from '../core/group-by.ts';
import type { Instant } from '../core/time.ts';
import type { Activity } from './integration.ts';

/** Attempts of one name that took the same time, and went the same way, within 24 hours. */
export interface AttemptGroup {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number | null;
  readonly attempts: number;
  /** Of them within 15 minutes. */
  readonly recent: number;
  readonly last: Instant;
}

export const RECENT_SECONDS = 900;
export const DAY_SECONDS = 86_400;

export const nothingHappened: Activity = { windowSeconds: DAY_SECONDS, attempts: 0, failures: 0, p50Ms: null, p95Ms: null, lastAttempt: null, lastSuccess: null, newest: [] };

/**
 * Sums attempts by name: those of 15 minutes, or those of 24 hours of a name that has none.
 * @param newest by name, whether the last ones went well, the newest first
 */
export function activities(groups: readonly AttemptGroup[], newest: ReadonlyMap<string, readonly boolean[]>): Map<string, Activity> {
  return new Map([...groupBy(groups, ({ name }) => name)].map(([name, own]) => [name, activityOf(own, newest.get(name) ?? [])]));
}

function activityOf(groups: readonly AttemptGroup[], newest: readonly boolean[]): Activity {
  const isRecent = groups.some(({ recent }) => recent > 0);
  const countOf = ({ recent, attempts }: AttemptGroup): number => (isRecent ? recent : attempts);
  const sum = (some: readonly AttemptGroup[]): number => some.reduce((total, group) => total + countOf(group), 0);
  const times = groups.flatMap((group) => (group.durationMs === null || countOf(group) === 0 ? [] : [{ value: group.durationMs, count: countOf(group) }]));
  return {
    windowSeconds: isRecent ? RECENT_SECONDS : DAY_SECONDS,
    attempts: sum(groups),
    failures: sum(groups.filter(({ ok }) => !ok)),
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    lastAttempt: latest(groups),
    lastSuccess: latest(groups.filter(({ ok }) => ok)),
    newest,
  };
}

/** The smallest value that so many of the values do not exceed (nearest rank); null of none. */
export function percentile(values: readonly { readonly value: number; readonly count: number }[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one.value - other.value);
  const rank = Math.ceil(share * sorted.reduce((sum, { count }) => sum + count, 0));
  let seen = 0;
  for (const { value, count } of sorted) {
    seen += count;
    if (seen >= rank) return value;
  }
  return null;
}

function latest(groups: readonly AttemptGroup[]): Instant | null {
  return groups.reduce<Instant | null>((last, { last: at }) => (last === null || at > last ? at : last), null);
}
