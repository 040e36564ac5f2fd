import type { Instant } from '../core/time.ts';

/** What hub works with and does not control (serve specification, "Health"). */
export const integrationKinds = ['destination', 'webhook', 'feed', 'intake', 'database', 'geo'] as const;
export type IntegrationKind = (typeof integrationKinds)[number];

/** From the best to the worst; `unverified`: nothing happened, and nobody probed. */
export const integrationStates = ['healthy', 'unverified', 'degraded', 'down'] as const;
export type IntegrationState = (typeof integrationStates)[number];

/** Something that is watched. */
export interface Integration {
  /** `destination:crm`, `webhook:stripe-alpina`, `feed:billing/alpina`, `intake`, `database`, `geo`. */
  readonly id: string;
  readonly kind: IntegrationKind;
  /** `*` if it is of several. */
  readonly brand: string;
}

/** What really happened to an integration: in 15 minutes, or in 24 hours where nothing did. */
export interface Activity {
  readonly windowSeconds: number;
  readonly attempts: number;
  readonly failures: number;
  /** Milliseconds; null where nothing says how long it took. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly lastAttempt: Instant | null;
  readonly lastSuccess: Instant | null;
  /** Whether the last attempts went well, the newest first, three at most. */
  readonly newest: readonly boolean[];
}

/** What a probe found; `why` without secrets. */
export type Probe = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** A check of an integration, as it is stored. */
export interface IntegrationCheck extends Integration {
  readonly checkedAt: Instant;
  readonly state: IntegrationState;
  /** In words; null of what is healthy. */
  readonly reason: string | null;
  /** Since when it is in this state. */
  readonly since: Instant;
  readonly activity: Omit<Activity, 'newest'>;
  /** Dead letters since the check before. */
  readonly dead: number;
  readonly probe: 'ok' | 'failed' | null;
}
