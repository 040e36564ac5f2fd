import { addMillis, type Instant } from '../core/time.ts';

/** What goes after a time: a name for people, and how long it is kept if the configuration does not say. */
export const retentionDefaults = {
  rejected_rows: 365,
  row_repairs: 365,
  email_events: 730,
  email_unsubscribes: 'forever',
  order_documents: 365,
  relay_bodies: 30,
  relay_attempts: 365,
  audit_log: 3_650,
  job_runs: 730,
  changes: 30,
  raw_leads: 365,
  lead_exchanges: 30,
  lead_params: 365,
  lead_field_errors: 365,
  webhook_bodies: 90,
  tracked_events: 730,
  integration_health: 90,
  intake_files: 35,
} as const satisfies Readonly<Record<string, number | 'forever'>>;

export type RetentionName = keyof typeof retentionDefaults;

export const retentionNames = Object.keys(retentionDefaults) as readonly RetentionName[];

/** For each name the days after which it goes; `forever`: never. */
export type Retention = Readonly<Record<RetentionName, number | 'forever'>>;

const MILLIS_PER_DAY = 86_400_000;

/** What is older than this goes; undefined if nothing does. */
export function cutoffOf(days: number | 'forever', now: Instant): Instant | undefined {
  return days === 'forever' ? undefined : addMillis(now, -days * MILLIS_PER_DAY);
}
