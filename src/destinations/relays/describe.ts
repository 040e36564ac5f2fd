import { toIso, type Clock, type Instant } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { readHealth } from './destination-states.repository.ts';
import { isBroken, obstacleOf, type DeclaredDestination } from './destination.ts';
import { healthy, isHeld, isPaused, type Health } from './health.ts';
import { waitingRelays } from './relays.repository.ts';

/** A destination as people and programs see it. */
export interface DestinationReport {
  readonly destination: string;
  /** Null if the declaration is wrong. */
  readonly mode: string | null;
  readonly kinds: readonly string[];
  /** Why nothing is sent; null if it is. */
  readonly halted: string | null;
  readonly failures: number;
  readonly waiting: number;
  readonly oldest_waiting_at: string | null;
}

/** The destinations with how they fare and what waits for them. */
export async function describeDestinations(database: Database, destinations: readonly DeclaredDestination[], clock: Clock): Promise<DestinationReport[]> {
  const health = await database.read(readHealth);
  const waiting = await database.read((knex) => waitingRelays(knex, destinations.map(({ id }) => id)));
  return destinations.map((destination) => {
    const own = health.get(destination.id) ?? healthy;
    const stored = waiting.get(destination.id);
    return {
      destination: destination.id,
      mode: isBroken(destination) ? null : destination.mode,
      kinds: [...destination.kinds],
      halted: haltOf(destination, own, clock.now()) ?? null,
      failures: own.failures,
      waiting: stored?.waiting ?? 0,
      oldest_waiting_at: stored === undefined ? null : toIso(stored.oldest),
    };
  });
}

/** Why nothing is sent to a destination now, in words; undefined if it can be sent to. */
export function haltOf(destination: DeclaredDestination, health: Health, now: Instant): string | undefined {
  const obstacle = obstacleOf(destination);
  if (obstacle !== undefined) return obstacle;
  if (health.disabledAt !== null) return `disabled: ${health.disabledReason ?? ''} at ${toIso(health.disabledAt)} (hub relays enable ${destination.id})`;
  if (isPaused(health, now) && health.pausedUntil !== null) return `paused until ${toIso(health.pausedUntil)} after ${health.failures} failures in a row`;
  if (isHeld(health, now) && health.heldUntil !== null) return `held until ${toIso(health.heldUntil)}, as it asked for (Retry-After)`;
  return undefined;
}
