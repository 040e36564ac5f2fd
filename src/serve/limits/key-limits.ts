import { rateWindows, type RatePolicy, type RateWindows } from './rate-window.ts';

/** Requests a minute and key, where the configuration does not say (`serve.limits`). A new route of /v1 has its line here. */
export const keyLimitDefaults = { feeds: 60, events: 600 } as const;
export type KeyLimit = keyof typeof keyLimitDefaults;

/** A limit of keys with what is counted so far. */
export interface CountedLimit {
  readonly policy: RatePolicy;
  readonly windows: RateWindows;
}

export type CountedLimits = Readonly<Partial<Record<KeyLimit, CountedLimit>>>;

const MINUTE_SECONDS = 60;

/** The limits of a server that has just started; those that are off are not there. */
export function countedLimits(settings: Readonly<Record<KeyLimit, number | 'off'>>): CountedLimits {
  const counted = (Object.keys(keyLimitDefaults) as KeyLimit[]).flatMap((name) => {
    const quota = settings[name];
    if (quota === 'off') return [];
    const policy = { name, quota, window: MINUTE_SECONDS };
    return [[name, { policy, windows: rateWindows(policy) }] as const];
  });
  return Object.fromEntries(counted);
}
