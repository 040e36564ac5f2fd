import { toIso, type Clock, type Instant } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import { readHealth } from './destinations/destination-states.repository.ts';
import { isBroken, obstacleOf, type DeclaredDestination } from './destinations/destination.ts';
import { healthy, isHeld, isPaused, type Health } from './destinations/health.ts';
import { waitingRelays } from './outbox/relays.repository.ts';

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
      halted: haltOf(destination, own, clock.now())?.why ?? null,
      failures: own.failures,
      waiting: stored?.waiting ?? 0,
      oldest_waiting_at: stored === undefined ? null : toIso(stored.oldest),
    };
  });
}

/** Why nothing is sent to a destination now, as a code and in words, and what helps. */
export interface Halt {
  readonly code: 'destination_off' | 'destination_invalid' | 'destination_not_set' | 'destination_disabled' | 'destination_paused' | 'destination_held';
  readonly why: string;
  readonly next: string;
}

/** What keeps a destination from being sent to now; undefined if it can be sent to. */
export function haltOf(destination: DeclaredDestination, health: Health, now: Instant): Halt | undefined {
  const { id } = destination;
  const why = obstacleOf(destination);
  if (why !== undefined && !destination.enabled) return { code: 'destination_off', why, next: 'Switch it on in destinations.yaml, if it is to be sent to.' };
  if (why !== undefined && isBroken(destination)) return { code: 'destination_invalid', why, next: 'Correct the line or the variable, then run hub doctor.' };
  if (why !== undefined) return { code: 'destination_not_set', why, next: 'Set the variables, if it is to be sent to.' };
  if (health.disabledAt !== null) {
    const text = `disabled: ${health.disabledReason ?? ''} at ${toIso(health.disabledAt)} (hub relays enable ${id})`;
    return { code: 'destination_disabled', why: text, next: `Ask its owner, then hub relays enable ${id}` };
  }
  const orNow = `Or at once, after a fix: hub resend-relays --destination ${id} --force`;
  if (isPaused(health, now) && health.pausedUntil !== null) {
    const why = `paused until ${toIso(health.pausedUntil)} after ${health.failures} failures in a row`;
    return { code: 'destination_paused', why, next: `See what it answers: hub relays list --destination ${id} --status retrying. A later run sends it. ${orNow}` };
  }
  if (isHeld(health, now) && health.heldUntil !== null) {
    return { code: 'destination_held', why: `held until ${toIso(health.heldUntil)}, as it asked for (Retry-After)`, next: `Nothing: a later run sends it. ${orNow}` };
  }
  return undefined;
}
