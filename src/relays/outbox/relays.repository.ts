import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Instant } from '../../core/time.ts';
import { slices } from '../../core/slices.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { asKey, whereKeyBegins } from '../../db/key-lookup.ts';
import { waitingStates, type AttemptRow, type NewRelay, type RelayRow, type RelayState } from './relay.ts';
import { superseded, type Sibling } from './supersede.ts';

const COLUMNS = [
  ...['relay_id', 'destination', 'kind', 'brand', 'subject_id', 'version', 'person_id', 'recipient', 'dedupe_key', 'payload', 'has_body'],
  ...['bucket', 'state', 'attempts', 'tries', 'next_attempt_at', 'created_at', 'ended_at'],
];

/**
 * Stores the relays that are not known yet, and cancels those of older versions that still wait. Repeating it is
 * harmless. Gives how many are new.
 */
export async function insertRelays(database: Database, tx: Transaction, relays: readonly NewRelay[], now: Instant): Promise<number> {
  const byId = new Map(relays.map((relay) => [relay.relay_id, relay]));
  const known = await existing(tx, [...byId.keys()]);
  const fresh = [...byId.values()].filter(({ relay_id: id }) => !known.has(id)).sort((a, b) => (a.relay_id < b.relay_id ? -1 : 1));
  if (fresh.length === 0) return 0;
  await database.dialect.bulkInsertMissing(tx, { table: 'relays', columns: COLUMNS, rows: fresh.map((relay) => rowText(relay, now)) });
  await cancelSuperseded(tx, fresh, now);
  return fresh.length;
}

/** All relays of the subjects to a destination. */
export async function siblingsOf(tx: Knex, destination: string, subjectIds: readonly string[]): Promise<Sibling[]> {
  const found: Sibling[] = [];
  for (const ids of slices([...new Set(subjectIds)].sort())) {
    const rows = await tx<RelayRow>('relays').where({ destination }).whereIn('subject_id', ids).select('relay_id', 'subject_id', 'version', 'state');
    found.push(...rows.map((row) => ({ relayId: row.relay_id, subjectId: row.subject_id ?? '', version: row.version ?? 0, state: row.state })));
  }
  return found;
}

/** Takes relays that wait out of the outbox; those that a worker has claimed meanwhile are left alone. */
export async function cancelRelays(tx: Transaction, ids: readonly string[], reason: string, now: Instant): Promise<number> {
  let cancelled = 0;
  for (const some of slices([...ids].sort())) {
    cancelled += await tx<RelayRow>('relays')
      .whereIn('relay_id', some)
      .whereIn('state', ['pending', 'retrying'])
      .update({ state: 'cancelled', next_attempt_at: null, lease_until: null, reason, ended_at: now });
  }
  return cancelled;
}

export interface RelayFilter {
  readonly destinations?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly brands?: readonly string[] | undefined;
  readonly states?: readonly RelayState[] | undefined;
}

/** Relays without their bodies, the newest first. */
export async function listRelays(database: Database, filter: RelayFilter, limit: number): Promise<Omit<RelayRow, 'payload'>[]> {
  return database.read((knex) =>
    filtered(knex<RelayRow>('relays'), filter)
      .select(...LISTED)
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'relay_id', order: 'asc' },
      ])
      .limit(limit),
  );
}

const LISTED = [
  ...(['relay_id', 'destination', 'kind', 'brand', 'subject_id', 'version', 'person_id', 'recipient', 'dedupe_key', 'has_body', 'bucket', 'state'] as const),
  ...(['attempts', 'tries', 'next_attempt_at', 'lease_until', 'run_id', 'reason', 'created_at', 'ended_at'] as const),
] as const;

/** How many relays each destination has in each state. */
export async function countRelays(database: Database, filter: RelayFilter): Promise<{ destination: string; state: RelayState; relays: number }[]> {
  const rows = await database.read((knex) =>
    filtered(knex<RelayRow>('relays'), filter).groupBy('destination', 'state').orderBy(['destination', 'state']).select('destination', 'state').count({ relays: '*' }),
  );
  return (rows as unknown as { destination: string; state: RelayState; relays: number | string }[]).map((row) => ({ ...row, relays: Number(row.relays) }));
}

/** How many relays of the destinations wait, and since when the oldest does. */
export async function waitingRelays(knex: Knex, destinations: readonly string[]): Promise<Map<string, { waiting: number; oldest: Instant }>> {
  const rows = await knex<RelayRow>('relays')
    .whereIn('destination', destinations)
    .whereIn('state', waitingStates)
    .groupBy('destination')
    .select('destination')
    .count({ waiting: '*' })
    .min({ oldest: 'created_at' });
  return new Map(
    (rows as unknown as { destination: string; waiting: number | string; oldest: Instant }[]).map((row) => [row.destination, { waiting: Number(row.waiting), oldest: row.oldest }]),
  );
}

/**
 * One relay by its id, or by the beginning of it.
 * @throws HubError usage if none or several match
 */
export async function findRelay(database: Database, id: string): Promise<RelayRow> {
  const rows = await database.read((knex) => whereKeyBegins(knex<RelayRow>('relays'), 'relay_id', id).limit(2));
  const [row] = rows;
  if (row && rows.length === 1) return row;
  throw new HubError('usage', 'relay_unknown', row ? `Several relays begin with "${id}".` : `There is no relay "${id}".`, {
    nextStep: 'List the relays with: hub relays list',
  });
}

/**
 * Relays that are named must be there.
 * @throws HubError usage, naming those that are not
 */
export async function requireRelays(database: Database, ids: readonly string[]): Promise<void> {
  const known = await readStates(database, ids.map(asKey));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw new HubError('usage', 'relay_unknown', `There is no relay ${unknown.map((id) => `"${id}"`).join(', ')}.`, { nextStep: 'List the relays with: hub relays list' });
}

/** The state of relays by id. */
export async function readStates(database: Database, ids: readonly string[]): Promise<Map<string, Pick<RelayRow, 'state' | 'run_id' | 'has_body'>>> {
  const found = new Map<string, Pick<RelayRow, 'state' | 'run_id' | 'has_body'>>();
  for (const some of slices(ids)) {
    const rows = await database.read((knex) => knex<RelayRow>('relays').whereIn('relay_id', some).select('relay_id', 'state', 'run_id', 'has_body'));
    for (const { relay_id: id, ...state } of rows) found.set(id, state);
  }
  return found;
}

/** The runs that have relays in flight. */
export async function inFlightRuns(database: Database, destinations: readonly string[]): Promise<string[]> {
  const rows = await database.read((knex) => knex<RelayRow>('relays').whereIn('destination', destinations).where({ state: 'in_flight' }).whereNotNull('run_id').distinct('run_id'));
  return rows.map((row) => row.run_id ?? '');
}

/** All attempts of a relay, the first one first. */
export async function attemptsOf(database: Database, relayId: string): Promise<AttemptRow[]> {
  return database.read((knex) => knex<AttemptRow>('relay_attempts').where({ relay_id: relayId }).orderBy('attempt'));
}

async function existing(tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (const some of slices(ids)) {
    for (const row of await tx<RelayRow>('relays').whereIn('relay_id', some).select('relay_id')) known.add(row.relay_id);
  }
  return known;
}

async function cancelSuperseded(tx: Transaction, fresh: readonly NewRelay[], now: Instant): Promise<void> {
  const versioned = fresh.filter(({ subject_id: subject }) => subject !== null);
  for (const destination of new Set(versioned.map((relay) => relay.destination))) {
    const subjects = versioned.filter((relay) => relay.destination === destination).map(({ subject_id: subject }) => subject ?? '');
    await cancelRelays(tx, superseded(await siblingsOf(tx, destination, subjects)), 'a newer version came', now);
  }
}

function rowText(relay: NewRelay, now: Instant): string {
  return encodeRow([
    ...[relay.relay_id, relay.destination, relay.kind, relay.brand, relay.subject_id],
    ...[relay.version === null ? null : String(relay.version), relay.person_id, relay.recipient, relay.dedupe_key, relay.payload, '1'],
    ...[String(relay.bucket), relay.redirectedAt === undefined ? 'pending' : 'redirected', '0', '0'],
    ...[relay.redirectedAt === undefined ? now : null, now, relay.redirectedAt ?? null],
  ]);
}

function filtered(query: Knex.QueryBuilder<RelayRow>, filter: RelayFilter): Knex.QueryBuilder<RelayRow, RelayRow[]> {
  const { destinations, kinds, brands, states } = filter;
  if (destinations !== undefined) void query.whereIn('destination', destinations);
  if (kinds !== undefined) void query.whereIn('kind', kinds);
  if (brands !== undefined) void query.whereIn('brand', brands);
  if (states !== undefined) void query.whereIn('state', states);
  return query as Knex.QueryBuilder<RelayRow, RelayRow[]>;
}
