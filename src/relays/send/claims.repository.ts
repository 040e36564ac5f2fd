import type { Knex } from 'knex';

import { encodeRow } from '../../core/text/row-text.ts';
import type { RunId } from '../../core/ids.ts';
import { addMillis, type Instant } from '../../core/time.ts';
import { slices } from '../../core/slices.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { ConsentPurpose } from '../../leads/steps/consents.ts';
import { reserveSlots } from '../destinations/destination-states.repository.ts';
import type { RelayKind, RelayRow, RelayState } from '../outbox/relay.ts';
import { cancelRelays, siblingsOf } from '../outbox/relays.repository.ts';
import { sourcesOf, type Selection, type Source } from '../outbox/selection.ts';
import { succession } from '../outbox/supersede.ts';
import { withoutConsent } from './consent.repository.ts';

/** What a worker asks for. */
export interface ClaimRequest {
  readonly destination: string;
  readonly selection: Selection;
  readonly limit: number;
  readonly runId: RunId;
  readonly now: Instant;
  /** How long nobody else may claim them. */
  readonly leaseMs: number;
  /** Runs that have ended: what they left in flight is free at once. */
  readonly endedRuns: readonly string[];
  /** More tries than this without an outcome are too many. */
  readonly mostTries: number;
  readonly requestsPerSecond: number | undefined;
  /** Only persons who have agreed to it are told of. */
  readonly purpose: ConsentPurpose | undefined;
}

/** A relay that this run alone may send until the lease ends. */
export interface ClaimedRelay {
  readonly relayId: string;
  readonly kind: RelayKind;
  readonly payload: string;
  /** As in the row. */
  readonly recipient: string | null;
  /** The number of this attempt. */
  readonly attempt: number;
  readonly tries: number;
  /** What to give back if it is not sent after all. */
  readonly before: { readonly state: RelayState; readonly tries: number };
  /** Not earlier than so many milliseconds after the claim. */
  readonly waitMs: number;
}

export interface Claim {
  readonly relays: readonly ClaimedRelay[];
  /** Not sent because a newer version is there, or without consent. */
  readonly cancelled: number;
  /** Wait for an older version that is on its way; due again soon. */
  readonly deferred: number;
  /** Given up: their workers vanished too often. */
  readonly dead: number;
  /** The rate is used up for the next seconds: there may be more that is due. */
  readonly throttled: boolean;
}

type Candidate = Pick<RelayRow, 'relay_id' | 'kind' | 'payload' | 'recipient' | 'subject_id' | 'brand' | 'person_id' | 'state' | 'attempts' | 'tries' | 'run_id'> & {
  readonly source: Source;
};

/** A relay whose older version is on its way is due again after this. */
export const DEFER_MS = 1_000;
const LOST_COLUMNS = ['relay_id', 'attempt', 'run_id', 'outcome', 'started_at', 'error', 'has_body'];
const TAKEN: readonly Source[] = ['dead', 'delivered', 'redirected'];

/**
 * Claims relays that are due: marks them as in flight with a lease and the number of the attempt. Rows that another
 * worker is claiming are passed over; on SQLite the caller's transaction is the only one that writes.
 */
export async function claimRelays(database: Database, tx: Transaction, request: ClaimRequest): Promise<Claim> {
  const dbNow = await database.dialect.now(tx);
  const waits = await reserveSlots(database, tx, request, dbNow);
  const found = await findCandidates(database, tx, { ...request, limit: waits.length }, dbNow);
  const refused = await withoutConsent(tx, found, request.purpose);
  const withdrawn = await cancelUnconsented(tx, found.filter((row) => refused.has(row.relay_id)), request);
  const candidates = found.filter((row) => !refused.has(row.relay_id));
  const { send, cancelled, deferred } = await selectVersions(database, tx, request, candidates);
  const [exhausted, claimable] = partition(send, ({ source, tries }) => source === 'lost' && tries >= request.mostTries);
  await recordLost(database, tx, send.filter(({ source }) => source === 'lost'), request.now);
  await giveUp(tx, exhausted, request.now);
  await markClaimed(tx, claimable, request, addMillis(dbNow, request.leaseMs));
  await waits.use(claimable.length);
  const relays = claimable.map((row, index) => ({
    relayId: row.relay_id,
    kind: row.kind,
    payload: row.payload ?? '',
    recipient: row.recipient,
    attempt: row.attempts + 1,
    tries: isRevived(row) ? 1 : row.tries + 1,
    before: { state: row.state === 'in_flight' ? ('retrying' as const) : row.state, tries: row.tries },
    waitMs: waits.at(index),
  }));
  return { relays, cancelled: cancelled + withdrawn, deferred, dead: exhausted.length, throttled: waits.length === 0 };
}

/** True if something is due that a claim has passed over, because another worker was looking at it. */
export async function isMoreDue(database: Database, request: ClaimRequest): Promise<boolean> {
  if (!database.dialect.concurrentWriters) return false;
  return database.read(async (knex) => {
    const dbNow = await database.dialect.now(knex);
    for (const source of sourcesOf(request.selection)) {
      const row: unknown = await sourceQuery(relaysBy(database, knex, request), source, request, dbNow).whereNotNull('payload').first('relay_id');
      if (row !== undefined) return true;
    }
    return false;
  });
}

/** Gives claimed relays back that were not sent: the attempt did not happen. */
export async function releaseRelays(tx: Transaction, relays: readonly ClaimedRelay[], runId: RunId): Promise<void> {
  for (const { relayId, attempt, before } of relays) {
    await tx<RelayRow>('relays')
      .where({ relay_id: relayId, run_id: runId, state: 'in_flight', attempts: attempt })
      .update({ state: before.state, tries: before.tries, attempts: attempt - 1, lease_until: null, run_id: null });
  }
}

async function findCandidates(database: Database, tx: Transaction, request: ClaimRequest, dbNow: Instant): Promise<Candidate[]> {
  const found = new Map<string, Candidate>();
  for (const source of sourcesOf(request.selection)) {
    const capacity = request.limit - found.size;
    if (capacity <= 0) break;
    const query = sourceQuery(relaysBy(database, tx, request), source, request, dbNow)
      .whereNotNull('payload')
      .select('relay_id', 'kind', 'payload', 'recipient', 'subject_id', 'brand', 'person_id', 'state', 'attempts', 'tries', 'run_id')
      .limit(capacity);
    const rows = (await (database.dialect.concurrentWriters ? query.forUpdate().skipLocked() : query)) as Omit<Candidate, 'source'>[];
    for (const row of rows) found.set(row.relay_id, { ...row, source });
  }
  return [...found.values()];
}

/**
 * The table, read along one index: otherwise the server may scan other relays, lock them on the way, and a worker that
 * claims these at the same moment passes them over.
 */
function relaysBy(database: Database, tx: Knex, { selection }: ClaimRequest): Knex.QueryBuilder<RelayRow> {
  if (!database.dialect.concurrentWriters) return tx<RelayRow>('relays');
  const index = selection.ids === undefined ? 'relays_destination_state_next_attempt_at' : 'PRIMARY';
  return tx<RelayRow>(tx.raw('?? force index (??)', ['relays', index]) as unknown as 'relays');
}

function sourceQuery(query: Knex.QueryBuilder<RelayRow>, source: Source, request: ClaimRequest, dbNow: Instant): Knex.QueryBuilder<RelayRow> {
  const { selection, destination, runId, now, endedRuns } = request;
  void query.where({ destination, state: source === 'lost' ? 'in_flight' : source });
  if (source === 'lost') {
    void query.whereNot({ run_id: runId }).where((either) => {
      void either.where('lease_until', '<=', dbNow).orWhereIn('run_id', endedRuns);
    });
  } else if (selection.force || TAKEN.includes(source)) {
    // Each once a run: what fails again must not be claimed again at once.
    void query.where((either) => {
      void either.whereNull('run_id').orWhereNot({ run_id: runId });
    });
  } else {
    void query.where('next_attempt_at', '<=', now);
  }
  if (source === 'retrying' || source === 'pending') void query.orderBy('next_attempt_at');
  return restrict(query, selection);
}

function restrict(query: Knex.QueryBuilder<RelayRow>, { kinds, brands, range, ids, shard }: Selection): Knex.QueryBuilder<RelayRow> {
  if (kinds !== undefined) void query.whereIn('kind', kinds);
  if (brands !== undefined) {
    // What belongs to no brand is everybody's.
    void query.where((either) => {
      void either.whereIn('brand', brands).orWhereNull('brand');
    });
  }
  if (range !== undefined) void query.where('created_at', '>=', range.from).where('created_at', '<', range.until);
  if (ids !== undefined) void query.whereIn('relay_id', ids);
  if (shard.count > 1) void query.whereRaw('?? % ? = ?', ['bucket', shard.count, shard.index - 1]);
  return query;
}

/** Keeps the newest version of each document, and that only if no older one can still arrive after it. */
async function selectVersions(
  database: Database,
  tx: Transaction,
  { destination, now }: ClaimRequest,
  candidates: readonly Candidate[],
): Promise<{ send: Candidate[]; cancelled: number; deferred: number }> {
  const subjects = candidates.flatMap(({ subject_id: subject }) => (subject === null ? [] : [subject]));
  if (subjects.length === 0) return { send: [...candidates], cancelled: 0, deferred: 0 };
  const { cancel, defer, overtaken } = succession(
    await siblingsOf(tx, destination, subjects),
    new Set(candidates.filter(({ subject_id: subject }) => subject !== null).map(({ relay_id: id }) => id)),
  );
  const older = [...overtaken.values()].flat();
  const ours = await lockFree(database, tx, older);
  const blocked = new Set([...defer, ...[...overtaken].filter(([, ids]) => ids.some((id) => !ours.has(id))).map(([id]) => id)]);
  const needless = new Set(cancel);
  await cancelRelays(tx, [...ours], 'a newer version came', now);
  await cancelCandidates(tx, candidates.filter(({ relay_id: id }) => needless.has(id)), now);
  await postpone(tx, [...blocked], addMillis(now, DEFER_MS));
  return {
    send: candidates.filter(({ relay_id: id }) => !blocked.has(id) && !needless.has(id)),
    cancelled: needless.size + ours.size,
    deferred: blocked.size,
  };
}

/** Those of the relays that nobody else is claiming at this moment; they are locked until the transaction ends. */
async function lockFree(database: Database, tx: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const free = new Set<string>();
  for (const some of slices(ids)) {
    const query = tx<RelayRow>('relays').whereIn('relay_id', some).whereIn('state', ['pending', 'retrying']).select('relay_id');
    for (const row of await (database.dialect.concurrentWriters ? query.forUpdate().skipLocked() : query)) free.add(row.relay_id);
  }
  return free;
}

async function cancelCandidates(tx: Transaction, rows: readonly Candidate[], now: Instant): Promise<void> {
  const ids = rows.filter(({ state }) => state !== 'delivered' && state !== 'redirected').map(({ relay_id: id }) => id);
  await tx<RelayRow>('relays')
    .whereIn('relay_id', ids)
    .update({ state: 'cancelled', next_attempt_at: null, lease_until: null, reason: 'a newer version came', ended_at: now });
}

/** Nobody is told of them; one that was done stays as it is, and is not found again by this run. */
async function cancelUnconsented(tx: Transaction, rows: readonly Candidate[], { runId, now }: ClaimRequest): Promise<number> {
  const [done, waiting] = partition(rows, ({ state }) => state === 'delivered' || state === 'redirected').map((some) => some.map(({ relay_id: id }) => id));
  for (const ids of slices(done ?? [])) await tx<RelayRow>('relays').whereIn('relay_id', ids).update({ run_id: runId });
  for (const ids of slices(waiting ?? [])) {
    await tx<RelayRow>('relays').whereIn('relay_id', ids).update({ state: 'cancelled', next_attempt_at: null, lease_until: null, run_id: runId, reason: 'no_consent', ended_at: now });
  }
  return waiting?.length ?? 0;
}

async function postpone(tx: Transaction, ids: readonly string[], until: Instant): Promise<void> {
  await tx<RelayRow>('relays').whereIn('relay_id', ids).whereIn('state', ['pending', 'retrying']).update({ next_attempt_at: until });
}

/** The attempts of workers that vanished: made or not, nobody knows. */
async function recordLost(database: Database, tx: Transaction, rows: readonly Candidate[], now: Instant): Promise<void> {
  if (rows.length === 0) return;
  const error = 'the worker ended before it recorded what came of it';
  const texts = rows.map((row) => encodeRow([row.relay_id, String(row.attempts), row.run_id, 'lost', now, error, '0']));
  await database.dialect.bulkInsertMissing(tx, { table: 'relay_attempts', columns: LOST_COLUMNS, rows: texts });
}

async function giveUp(tx: Transaction, rows: readonly Candidate[], now: Instant): Promise<void> {
  const reason = 'given up: its workers ended before they recorded an outcome';
  await tx<RelayRow>('relays')
    .whereIn('relay_id', rows.map(({ relay_id: id }) => id))
    .update({ state: 'dead', next_attempt_at: null, lease_until: null, reason, ended_at: now });
}

async function markClaimed(tx: Transaction, rows: readonly Candidate[], { runId }: ClaimRequest, leaseUntil: Instant): Promise<void> {
  const claimed = { state: 'in_flight' as const, lease_until: leaseUntil, run_id: runId, ended_at: null };
  const [revived, others] = partition(rows, isRevived).map((some) => some.map(({ relay_id: id }) => id));
  for (const ids of slices(others ?? [])) {
    await tx<RelayRow>('relays').whereIn('relay_id', ids).update({ ...claimed, attempts: tx.raw('attempts + 1'), tries: tx.raw('tries + 1') });
  }
  for (const ids of slices(revived ?? [])) {
    await tx<RelayRow>('relays').whereIn('relay_id', ids).update({ ...claimed, attempts: tx.raw('attempts + 1'), tries: 1 });
  }
}

/** A relay that was done begins its schedule anew. */
function isRevived({ source }: Candidate): boolean {
  return TAKEN.includes(source);
}

function partition<Item>(items: readonly Item[], belongs: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
