/** So many requests in so many seconds; `name` stands in the headers. */
export interface RatePolicy {
  readonly name: string;
  readonly quota: number;
  /** Seconds. */
  readonly window: number;
}

/** What a request may do, and what is left for the next. */
export interface RateDecision {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
}

/** Counts requests by key, in windows that begin with a key's first request (serve specification, "Keys and limits"). */
export interface RateWindows {
  /** @param nowMs a clock in milliseconds that only goes forward */
  take(key: string, nowMs: number): RateDecision;
  /** Keys that are remembered. */
  readonly size: number;
}

export function rateWindows({ quota, window }: RatePolicy): RateWindows {
  // In the order in which windows began, so those that have ended are always in front.
  const windows = new Map<string, { readonly endMs: number; used: number }>();
  return {
    take(key, nowMs) {
      for (const [name, { endMs }] of windows) {
        if (endMs > nowMs) break;
        windows.delete(name);
      }
      const entry = windows.get(key) ?? { endMs: nowMs + window * 1_000, used: 0 };
      if (entry.used === 0) windows.set(key, entry);
      const isAllowed = entry.used < quota;
      if (isAllowed) entry.used++;
      return { isAllowed, remaining: quota - entry.used, resetSeconds: Math.max(1, Math.ceil((entry.endMs - nowMs) / 1_000)) };
    },
    get size() {
      return windows.size;
    },
  };
}

/** The headers of a decision (draft-ietf-httpapi-ratelimit-headers-10), and Retry-After for a request that is refused. */
export function rateHeaders({ name, quota, window }: RatePolicy, { isAllowed, remaining, resetSeconds }: RateDecision): Record<string, string> {
  return {
    'ratelimit-policy': `"${name}";q=${quota};w=${window}`,
    ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
    ...(isAllowed ? {} : { 'retry-after': String(resetSeconds) }),
  };
}
