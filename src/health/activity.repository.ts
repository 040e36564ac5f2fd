import type { Knex } from 'knex';

import { addMillis, type Instant } from '../core/time.ts';
import type { Dialect } from '../db/dialect.ts';
import { activities, DAY_SECONDS, RECENT_SECONDS, type AttemptGroup } from './activity.ts';
import type { Activity } from './integration.ts';

/** Where attempts are recorded: rows of name, brand (or empty), went well, milliseconds and instant, since an instant. */
type Attempts = string;

const IN_A_ROW = 3;

/** Attempts to deliver; those of workers that vanished, and what a browser was sent to, say nothing of a destination. */
const RELAYS: Attempts = `select r.destination as name, '' as part, case when a.outcome = 'delivered' then 1 else 0 end as ok, a.duration_ms as took, a.started_at as happened
  from relay_attempts a join relays r on r.relay_id = a.relay_id
  where a.has_body in (0, 1) and a.started_at >= ? and a.outcome in ('delivered', 'retrying', 'dead')`;

/** Events: one that could not be done is a failure. */
const WEBHOOKS: Attempts = `select source as name, '' as part, case when state = 'dead' then 0 else 1 end as ok, null as took, received_at as happened from webhooks where received_at >= ?`;

const BATCHES = `select feed as name, brand as part, case when status = 'finished' then 1 else 0 end as ok, duration_ms as took, finished_at as happened from import_batches where finished_at >= ?`;
const FEEDS: Attempts = `${BATCHES} and feed <> 'intake'`;
const INTAKE: Attempts = `select 'intake' as name, '' as part, ok, took, happened from (${BATCHES} and feed = 'intake') b`;

const places = { destination: RELAYS, webhook: WEBHOOKS, feed: FEEDS, intake: INTAKE } as const;

/** What happened to the integrations of a kind in the last 24 hours, by name: `crm`, `billing/alpina`. */
export async function readActivities(knex: Knex, dialect: Dialect, kind: keyof typeof places, now: Instant): Promise<Map<string, Activity>> {
  const [since, recent] = [DAY_SECONDS, RECENT_SECONDS].map((seconds) => addMillis(now, -seconds * 1_000)) as [Instant, Instant];
  const groups = await dialect.selectRows(
    knex,
    `select name, part, ok, took, count(*), sum(case when happened >= ? then 1 else 0 end), max(happened) from (${places[kind]}) x group by name, part, ok, took`,
    [recent, since],
  );
  const newest = await dialect.selectRows(
    knex,
    `select name, part, ok from (select x.*, row_number() over (partition by name, part order by happened desc) as place from (${places[kind]}) x) y where place <= ${IN_A_ROW} order by name, part, place`,
    [since],
  );
  const lasts = new Map<string, boolean[]>();
  for (const [name, part, ok] of newest) {
    const key = nameOf(name, part);
    lasts.set(key, [...(lasts.get(key) ?? []), Number(ok) === 1]);
  }
  const read = groups.map(([name, part, ok, took, attempts, recently, last]): AttemptGroup => ({
    ...{ name: nameOf(name, part), ok: Number(ok) === 1, durationMs: took === null || took === undefined ? null : Number(took) },
    ...{ attempts: Number(attempts), recent: Number(recently), last: String(last) as Instant },
  }));
  return activities(read, lasts);
}

/** The last attempts ever, by name, of what may have been silent for longer than a day. */
export async function readLastAttempts(knex: Knex, dialect: Dialect, kind: keyof typeof places): Promise<Map<string, Instant>> {
  const rows = await dialect.selectRows(knex, `select name, part, max(happened) from (${places[kind]}) x group by name, part`, ['0001-01-01 00:00:00.000000']);
  return new Map(rows.map(([name, part, last]) => [nameOf(name, part), String(last) as Instant]));
}

/** Dead letters of destinations and sources of webhooks since an instant, by integration. */
export async function readDead(knex: Knex, dialect: Dialect, since: Instant): Promise<Map<string, number>> {
  const relays = await dialect.selectRows(knex, `select destination, count(*) from relays where state = 'dead' and ended_at > ? group by destination`, [since]);
  const webhooks = await dialect.selectRows(knex, `select source, count(*) from webhooks where state = 'dead' and updated_at > ? group by source`, [since]);
  return new Map([...relays.map(([name, count]) => [`destination:${String(name)}`, Number(count)] as const), ...webhooks.map(([name, count]) => [`webhook:${String(name)}`, Number(count)] as const)]);
}

function nameOf(name: unknown, part: unknown): string {
  return part === '' ? String(name) : `${String(name)}/${String(part)}`;
}
