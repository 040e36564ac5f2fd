import { addMillis, millisOf, parseHttpDate, type Instant } from '../../core/time.ts';
import type { ApiAnswer } from './answer.ts';
import type { JsonValue } from './json/json.ts';

/** So many requests in so many milliseconds. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
}

/** What a platform takes, and how it says that it has had enough. */
export interface Budget {
  /** Of all requests of an account together; undefined where only answers tell. */
  readonly rate?: (credentials: Readonly<Record<string, string>>) => Rate;
  /** Of the requests to one endpoint. */
  readonly endpointRate?: Rate;
  /** Requests at the same time. */
  readonly concurrency: number;
  /** Jobs of an account at the same time. */
  readonly jobs?: number;
  /** Where an answer says how many points it cost. */
  readonly cost?: string;
  /** The milliseconds that an answer, also a good one, asks to wait before the next request; undefined if it says nothing. */
  readonly waitOf?: (answer: ApiAnswer, place: BudgetPlace) => number | undefined;
}

export interface BudgetPlace {
  readonly now: Instant;
  /** Of the account, where its days count. */
  readonly zone: string | undefined;
}

/** What to do before the next request of an account. */
export type Wait =
  | { readonly action: 'none' }
  /** `named`: the platform said how long; else the time is a bound, of which any part may be waited. */
  | { readonly action: 'wait'; readonly ms: number; readonly named: boolean }
  /** Longer than a run may wait: the stream is left out until then. */
  | { readonly action: 'exhausted'; readonly until: Instant };

export interface WaitPlace extends BudgetPlace {
  /** Of this request, this one included. */
  readonly tries: number;
  readonly maxWaitMs: number;
  /** The answer is refused whatever its status: it is waited for in any case. */
  readonly refused?: boolean;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

/** What an answer asks to wait: what the platform names, else after a failure twice as long with each try, from 1 s to 60 s. */
export function waitAfter(budget: Budget, answer: ApiAnswer, place: WaitPlace): Wait {
  const isGood = place.refused !== true && answer.failure === null && answer.status >= 200 && answer.status < 300;
  const told = budget.waitOf?.(answer, place);
  // Room for the next request says nothing about why this one was refused.
  const asked = isGood || told !== 0 ? (told ?? (isGood ? undefined : retryAfter(answer.headers['retry-after'], place.now))) : undefined;
  if (asked === undefined && isGood) return { action: 'none' };
  const ms = asked ?? Math.min(FIRST_WAIT_MS * 2 ** (place.tries - 1), LONGEST_BACKOFF_MS);
  if (ms > place.maxWaitMs) return { action: 'exhausted', until: addMillis(place.now, ms) };
  return ms === 0 ? { action: 'none' } : { action: 'wait', ms, named: asked !== undefined };
}

/** Milliseconds of a Retry-After header (RFC 9110, 10.2.3), at least a second; undefined if it is none. */
function retryAfter(header: string | undefined, now: Instant): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.max(Number(text) * 1_000, FIRST_WAIT_MS);
  const date = parseHttpDate(text);
  return date === undefined ? undefined : Math.max(millisOf(date) - millisOf(now), FIRST_WAIT_MS);
}

/** Paths of a bucket of points that fills by the second, in an answer. */
export interface CostBucket {
  /** What the request that was answered asked for. */
  readonly requested: string;
  readonly available: string;
  /** Points a second. */
  readonly restored: string;
}

/** Milliseconds until a request of the same cost fits into the bucket; 0 if it does now, undefined if the answer does not say. */
export function bucketWait(body: JsonValue | undefined, { requested, available, restored }: CostBucket): number | undefined {
  const [cost, left, rate] = [requested, available, restored].map((path) => Number(body?.scalarAt(path) ?? Number.NaN));
  if (cost === undefined || left === undefined || rate === undefined || Number.isNaN(cost + left) || !(rate > 0)) return undefined;
  return Math.max(0, Math.ceil(((cost - left) / rate) * 1_000));
}

const SLOWER_PERCENT = 75;
const SLOWER_MS = 5_000;
const STOP_PERCENT = 90;
const STOP_MS = 60_000;

/**
 * Milliseconds to wait where a platform says how much of its limit is used: from 75 % 5 s between requests, from 90 % what it
 * names, else a minute (sources specification, engine 9). Undefined if there is room.
 * @param named until there is room again; undefined if it does not say
 */
export function percentWait(percent: number, named: number | undefined): number | undefined {
  if (percent >= STOP_PERCENT) return named ?? STOP_MS;
  return percent >= SLOWER_PERCENT ? SLOWER_MS : undefined;
}
