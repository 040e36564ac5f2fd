import type { Knex } from 'knex';

import { addMillis, millisOf, type Clock, type Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { healthAfter, healthy, type Health, type Sign } from './health.ts';

interface StateRow {
  destination: string;
  failures: number;
  pauses: number;
  paused_until: Instant | null;
  held_until: Instant | null;
  disabled_at: Instant | null;
  disabled_reason: string | null;
  next_slot_at: Instant | null;
}

/** Requests are not reserved further ahead: their leases would end before they are sent. */
const MOST_AHEAD_MS = 5_000;

/** How all destinations fare; one that is not there is healthy. */
export async function readHealth(knex: Knex): Promise<Map<string, Health>> {
  const rows = await knex<StateRow>('destination_states');
  return new Map(rows.map((row) => [row.destination, healthOf(row)]));
}

/** Adds what attempts said of their destination, in the order in which they ended. Successes of a healthy one cost one look. */
export async function recordSigns(database: Database, tx: Transaction, destination: string, signs: readonly Sign[], clock: Clock): Promise<Health> {
  if (signs.every((sign) => sign === 'success')) {
    const row = await tx<StateRow>('destination_states').where({ destination }).first();
    if (row === undefined || (row.failures === 0 && row.pauses === 0)) return row === undefined ? healthy : healthOf(row);
  }
  const before = await lockState(database, tx, destination);
  const health = healthAfter(healthOf(before), signs, clock.now());
  await writeHealth(tx, destination, health);
  return health;
}

/** Lets a destination be sent to again, whatever stopped it. */
export async function enableDestination(database: Database, destination: string): Promise<void> {
  await database.write(async (tx) => {
    await lockState(database, tx, destination);
    await writeHealth(tx, destination, healthy);
  });
}

/** Times that requests of a destination may be sent at, as milliseconds from now. */
export interface Slots {
  readonly length: number;
  at(index: number): number;
  /** Keeps the first so many; the others go back. */
  use(count: number): Promise<void>;
}

/**
 * Reserves times for requests of a destination with a rate, after those of all other workers. The row stays locked until
 * the transaction ends, so that claims of such a destination follow one another.
 */
export async function reserveSlots(
  database: Database,
  tx: Transaction,
  request: { readonly destination: string; readonly limit: number; readonly requestsPerSecond: number | undefined },
  dbNow: Instant,
): Promise<Slots> {
  const { destination, limit, requestsPerSecond: rate } = request;
  if (rate === undefined) return { length: limit, at: () => 0, use: () => Promise.resolve() };
  const { next_slot_at: next } = await lockState(database, tx, destination);
  const firstMs = Math.max(0, next === null ? 0 : millisOf(next) - millisOf(dbNow));
  const stepMs = 1_000 / rate;
  const length = Math.max(0, Math.min(limit, Math.ceil((MOST_AHEAD_MS - firstMs) / stepMs)));
  return {
    length,
    at: (index) => Math.ceil(firstMs + index * stepMs),
    async use(count) {
      if (count === 0) return;
      const nextSlot = addMillis(dbNow, Math.ceil(firstMs + count * stepMs));
      await tx<StateRow>('destination_states').where({ destination }).update({ next_slot_at: nextSlot });
    },
  };
}

async function lockState(database: Database, tx: Transaction, destination: string): Promise<StateRow> {
  const empty: StateRow = { destination, failures: 0, pauses: 0, paused_until: null, held_until: null, disabled_at: null, disabled_reason: null, next_slot_at: null };
  await tx<StateRow>('destination_states').insert(empty).onConflict('destination').merge(['destination']);
  const query = tx<StateRow>('destination_states').where({ destination }).first();
  return (await (database.dialect.concurrentWriters ? query.forUpdate() : query)) ?? empty;
}

async function writeHealth(tx: Transaction, destination: string, health: Health): Promise<void> {
  const { failures, pauses, pausedUntil, heldUntil, disabledAt, disabledReason } = health;
  await tx<StateRow>('destination_states')
    .where({ destination })
    .update({ failures, pauses, paused_until: pausedUntil, held_until: heldUntil, disabled_at: disabledAt, disabled_reason: disabledReason });
}

function healthOf(row: StateRow): Health {
  return {
    failures: row.failures,
    pauses: row.pauses,
    pausedUntil: row.paused_until,
    heldUntil: row.held_until,
    disabledAt: row.disabled_at,
    disabledReason: row.disabled_reason,
  };
}
