import type { Knex } from 'knex';

import { addMillis, type Instant } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import type { Dialect } from '../db/dialect.ts';
import { percentile } from './activity.ts';
import type { IntegrationCheck } from './integration.ts';

/** A row of `integration_health`. */
interface HealthRow {
  integration: string;
  checked_at: Instant;
  kind: IntegrationCheck['kind'];
  brand: string;
  state: IntegrationCheck['state'];
  reason: string | null;
  since: Instant;
  window_seconds: number;
  attempts: number;
  failures: number;
  p50_ms: number | null;
  p95_ms: number | null;
  last_attempt_at: Instant | null;
  last_success_at: Instant | null;
  dead: number;
  probe: IntegrationCheck['probe'];
}

/** What earlier checks say. */
export interface History {
  /** The newest check of each integration, however long ago within 24 hours; by id. */
  readonly before: ReadonlyMap<string, IntegrationCheck>;
  /** When the check before was; undefined if there was none in 24 hours. */
  readonly checkedAt: Instant | undefined;
  /** Integrations whose last probe failed. */
  readonly failedProbes: ReadonlySet<string>;
  /** The median of the p95 of seven days, in milliseconds. */
  readonly usualP95Ms: ReadonlyMap<string, number>;
}

const TABLE = 'integration_health';
const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;

export async function readHistory(knex: Knex, dialect: Dialect, now: Instant): Promise<History> {
  const since = addMillis(now, -DAY_MS);
  const newest = await newestRows(knex, dialect, 'checked_at >= ?', [since]);
  const probed = await newestRows(knex, dialect, 'checked_at >= ? and probe is not null', [since]);
  const usual = new Map<string, { value: number; count: number }[]>();
  const times = await dialect.selectRows(knex, `select integration, p95_ms, count(*) from ${TABLE} where checked_at >= ? and p95_ms is not null group by integration, p95_ms`, [addMillis(now, -USUAL_DAYS * DAY_MS)]);
  for (const [id, value, count] of times) usual.set(String(id), [...(usual.get(String(id)) ?? []), { value: Number(value), count: Number(count) }]);
  return {
    before: new Map(newest.map((row) => [row.integration, checkOf(row)])),
    checkedAt: newest.map(({ checked_at: at }) => at).sort().at(-1),
    failedProbes: new Set(probed.flatMap(({ integration, probe }) => (probe === 'failed' ? [integration] : []))),
    usualP95Ms: new Map([...usual].map(([id, values]) => [id, percentile(values, 0.5) ?? 0])),
  };
}

/** The checks of the newest run of `hub health`; those of what is declared no more are not among them. */
export async function latestChecks(knex: Knex): Promise<IntegrationCheck[]> {
  const last = await lastCheckedAt(knex);
  return last === undefined ? [] : (await knex<HealthRow>(TABLE).where({ checked_at: last }).orderBy('integration').select<HealthRow[]>()).map(checkOf);
}

/** When hub health checked last; undefined: never. */
export async function lastCheckedAt(knex: Knex): Promise<Instant | undefined> {
  const row = await knex<HealthRow>(TABLE).orderBy('checked_at', 'desc').first<{ checked_at: Instant } | undefined>('checked_at');
  return row?.checked_at;
}

/** The newest checks of an integration, the newest first. */
export async function checksOf(knex: Knex, integration: string, limit: number): Promise<IntegrationCheck[]> {
  return (await knex<HealthRow>(TABLE).where({ integration }).orderBy('checked_at', 'desc').limit(limit).select<HealthRow[]>()).map(checkOf);
}

export async function storeChecks(tx: Transaction, checks: readonly IntegrationCheck[]): Promise<void> {
  const rows = checks.map(({ id, kind, brand, checkedAt, state, reason, since, activity, dead, probe }): HealthRow => ({
    ...{ integration: id, checked_at: checkedAt, kind, brand, state, reason, since, dead, probe },
    ...{ window_seconds: activity.windowSeconds, attempts: activity.attempts, failures: activity.failures, p50_ms: activity.p50Ms, p95_ms: activity.p95Ms },
    ...{ last_attempt_at: activity.lastAttempt, last_success_at: activity.lastSuccess },
  }));
  await tx<HealthRow>(TABLE).insert(rows).onConflict(['integration', 'checked_at']).merge();
}

async function newestRows(knex: Knex, dialect: Dialect, where: string, values: readonly string[]): Promise<HealthRow[]> {
  const newest = await dialect.selectRows(knex, `select integration, max(checked_at) from ${TABLE} where ${where} group by integration`, values);
  const found: HealthRow[] = [];
  for (const [integration, at] of newest) found.push(...(await knex<HealthRow>(TABLE).where({ integration: String(integration), checked_at: String(at) as Instant }).select<HealthRow[]>()));
  return found;
}

function checkOf(row: HealthRow): IntegrationCheck {
  return {
    ...{ id: row.integration, kind: row.kind, brand: row.brand, checkedAt: row.checked_at, state: row.state, reason: row.reason, since: row.since, dead: row.dead, probe: row.probe },
    activity: { windowSeconds: row.window_seconds, attempts: row.attempts, failures: row.failures, p50Ms: row.p50_ms, p95Ms: row.p95_ms, lastAttempt: row.last_attempt_at, lastSuccess: row.last_success_at },
  };
}
