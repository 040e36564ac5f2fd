import { formatDuration } from '../core/text/counts.ts';
import { millisOf, type Instant } from '../core/time.ts';
import type { Activity, IntegrationState, Probe } from './integration.ts';

/** What is known of an integration when it is judged. */
export interface Observation {
  readonly activity: Activity;
  /** Why nothing can be sent to it at all: its declaration is wrong, or it was disabled. */
  readonly halted?: string | undefined;
  /** Why nothing can be said of it here. */
  readonly unknown?: string | undefined;
  /** Dead letters since the check before. */
  readonly dead: number;
  /** The last attempt ever; null if there was none. */
  readonly lastAttempt: Instant | null;
  /** Silence for longer is a fault; undefined: silence is none. */
  readonly expectEveryMs?: number | undefined;
  /** The median of the p95 of the checks of seven days, in milliseconds. */
  readonly usualP95Ms?: number | undefined;
  /** Of a file: how old it is. */
  readonly ageDays?: number | undefined;
  readonly probe?: Probe | undefined;
  /** Whether the probe before it failed. */
  readonly failedBefore?: boolean | undefined;
}

export interface Judgement {
  readonly state: IntegrationState;
  readonly reason: string | null;
}

const IN_A_ROW = 3;
/** Of fewer attempts neither a share nor a percentile says much. */
const ENOUGH_ATTEMPTS = 20;
const MOST_FAILURES = 0.05;
const MUCH_SLOWER = 3;
/** Below it nobody waits, whatever was usual. */
const LEAST_SLOW_MS = 100;
const OLD_DAYS = 45;
const MINUTE_MS = 60_000;
const MINUTES_PER_HOUR = 60;

/** The state of an integration with its reason (serve specification, "Health"); the first that holds. */
export function judgeIntegration(observed: Observation, now: Instant): Judgement {
  const { activity, halted, unknown, probe, failedBefore = false } = observed;
  const { newest, attempts } = activity;
  if (halted !== undefined) return { state: 'down', reason: halted };
  if (newest.length >= IN_A_ROW && newest.slice(0, IN_A_ROW).every((ok) => !ok)) return { state: 'down', reason: `the last ${IN_A_ROW} attempts failed` };
  const probed = probe?.ok === false ? `a probe failed: ${probe.why}` : undefined;
  if (probed !== undefined && failedBefore) return { state: 'down', reason: `two probes in a row failed: ${probe?.ok === false ? probe.why : ''}` };
  const degraded = degradedBecause(observed, now);
  if (degraded !== undefined) return { state: 'degraded', reason: degraded };
  if (attempts > 0 || probe?.ok === true) return { state: 'healthy', reason: probed ?? null };
  return { state: 'unverified', reason: probed ?? unknown ?? 'nothing happened in 24 hours' };
}

function degradedBecause({ activity: { attempts, failures, p95Ms }, dead, lastAttempt, expectEveryMs, usualP95Ms, ageDays }: Observation, now: Instant): string | undefined {
  if (attempts >= ENOUGH_ATTEMPTS && failures > MOST_FAILURES * attempts) return `${failures} of ${attempts} attempts failed`;
  if (attempts >= ENOUGH_ATTEMPTS && p95Ms !== null && usualP95Ms !== undefined && p95Ms >= LEAST_SLOW_MS && p95Ms > MUCH_SLOWER * usualP95Ms) {
    return `slow: one in twenty takes ${formatDuration(p95Ms)} or longer, usually ${formatDuration(usualP95Ms)}`;
  }
  if (expectEveryMs !== undefined) {
    const silentMs = lastAttempt === null ? undefined : millisOf(now) - millisOf(lastAttempt);
    if (silentMs === undefined) return `silent: nothing ever came, expected every ${spanText(expectEveryMs)}`;
    if (silentMs > expectEveryMs) return `silent for ${spanText(silentMs)}, expected every ${spanText(expectEveryMs)}`;
  }
  if (dead > 0) return `${dead} dead letters since the check before`;
  return ageDays !== undefined && ageDays > OLD_DAYS ? `it is ${ageDays} days old` : undefined;
}

/** `26 h 5 min`, `12 min`. */
function spanText(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  const [hours, rest] = [Math.floor(minutes / MINUTES_PER_HOUR), minutes % MINUTES_PER_HOUR];
  return [...(hours === 0 ? [] : [`${hours} h`]), ...(rest === 0 && hours > 0 ? [] : [`${rest} min`])].join(' ');
}
