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
  /** What `take` would decide; counts nothing. */
  look(key: string, nowMs: number): RateDecision;
  /** Keys that are remembered. */
  readonly size: number;
}

export function rateWindows({ quota, window }: RatePolicy): RateWindows {
  // In the order in which windows began, so those that have ended are always in front.
  const windows = new Map<string, { readonly endMs: number; used: number }>();
  const windowOf = (key: string, nowMs: number): { readonly endMs: number; used: number } => {
    for (const [name, { endMs }] of windows) {
      if (endMs > nowMs) break;
      windows.delete(name);
    }
    return windows.get(key) ?? { endMs: nowMs + window * 1_000, used: 0 };
  };
  const decide = (isAllowed: boolean, { endMs, used }: { readonly endMs: number; readonly used: number }, nowMs: number): RateDecision => ({ isAllowed, remaining: quota - used, resetSeconds: Math.max(1, Math.ceil((endMs - nowMs) / 1_000)) });
  return {
    take(key, nowMs) {
      const entry = windowOf(key, nowMs);
      if (entry.used === 0) windows.set(key, entry);
      const isAllowed = entry.used < quota;
      if (isAllowed) entry.used++;
      return decide(isAllowed, entry, nowMs);
    },
    look(key, nowMs) {
      const entry = windowOf(key, nowMs);
      return decide(entry.used < quota, entry, nowMs);
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
