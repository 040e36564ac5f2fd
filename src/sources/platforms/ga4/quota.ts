import { addMillis, millisOf, type Instant } from '../../../core/time.ts';
import { dayIn, endOfDayIn } from '../../../core/zone.ts';
import type { ApiAnswer } from '../../api/answer.ts';
import type { BudgetPlace } from '../../api/budget.ts';

const HOUR_MS = 3_600_000;
/** Tokens of a day are free again at its midnight. */
const QUOTA_ZONE = 'America/Los_Angeles';
const DAILY = ['tokensPerDay'];
const HOURLY = ['tokensPerHour', 'tokensPerProjectPerHour'];

/**
 * The milliseconds until there are tokens again: where fewer are left than the last report took, until the hour or the day is over;
 * of a refusal by what it names. Undefined if there is room, or the answer does not say.
 */
export function quotaWait(answer: ApiAnswer, { now }: BudgetPlace): number | undefined {
  const refusal = answer.status === 429 ? (answer.body?.scalarAt('error.message') ?? '') : '';
  const isShort = (names: readonly string[]): boolean => names.some((name) => lacks(answer, name));
  if (/tokens? .*per day/i.test(refusal) || isShort(DAILY)) return millisOf(endOfDayIn(dayIn(now, QUOTA_ZONE), QUOTA_ZONE)) - millisOf(now);
  return /tokens? .*per hour/i.test(refusal) || isShort(HOURLY) ? millisOf(nextHour(now)) - millisOf(now) : undefined;
}

/** Fewer tokens are left than this report took. */
function lacks({ body }: ApiAnswer, name: string): boolean {
  const [consumed, remaining] = ['consumed', 'remaining'].map((part) => Number(body?.scalarAt(`propertyQuota.${name}.${part}`) ?? Number.NaN));
  return (remaining ?? 0) < (consumed ?? 0);
}

function nextHour(now: Instant): Instant {
  return addMillis(now, HOUR_MS - (millisOf(now) % HOUR_MS));
}
