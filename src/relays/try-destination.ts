import { HubError } from '../core/errors.ts';
import { sha256Hex } from '../core/hash.ts';
import { attemptRelay, type AttemptServices } from './send/attempt.ts';
import { kindNotTaken, unknownDestination } from './destinations/choose.ts';
import { isBroken, unusableBecause, type DeclaredDestination, type Destination } from './destinations/destination.ts';
import { examplePayload } from './destinations/example.ts';
import type { Mode } from './destinations/mode.ts';
import type { Attempt } from './send/outcomes.repository.ts';
import type { RelayKind } from './outbox/relay.ts';

/** Tells a receiver that reads headers that this is no fact. */
const MARK = { 'hub-test': 'true' };

/** Modes whose address says all. */
const BODILESS: ReadonlySet<Mode> = new Set<Mode>(['get', 'redirect']);

/** The example that was sent and what came of it, without secrets. */
export interface Trial {
  readonly destination: string;
  readonly kind: RelayKind;
  /** As it was sent; empty for a URL with macros alone. */
  readonly body: string;
  readonly attempt: Attempt;
}

/**
 * Sends one example to a destination. Nothing is stored: neither a relay nor how the destination fares.
 * @param kind undefined: the first one that it takes
 * @throws HubError usage if there is no such destination or it does not take the kind, configuration if it cannot be used
 */
export async function tryDestination(services: AttemptServices, destination: Destination, kind: RelayKind | undefined): Promise<Trial> {
  const [first] = destination.kinds;
  const wanted = kind ?? first;
  if (wanted === undefined || !destination.kinds.has(wanted)) {
    throw kindNotTaken(destination, wanted);
  }
  const now = services.clock.now();
  const payload = examplePayload(wanted, now);
  // Another one each time: a receiver drops what it has seen.
  const relay = { relayId: `test_${sha256Hex(`${destination.id} ${now} ${services.random()}`).slice(0, 32)}`, payload, recipient: null, attempt: 1, tries: 1 };
  const attempt = await attemptRelay(services, { ...destination, headers: { ...destination.headers, ...MARK } }, relay);
  return { destination: destination.id, kind: wanted, body: BODILESS.has(destination.mode) ? '' : payload, attempt };
}

/**
 * The destination with this name, if it can be called now.
 * @throws HubError usage, configuration
 */
export function usableDestination(all: readonly DeclaredDestination[], id: string): Destination {
  const destination = all.find((each) => each.id === id);
  if (destination === undefined) throw unknownDestination(id, all);
  const problem = unusableBecause(destination);
  if (!isBroken(destination) && problem === undefined) return destination;
  throw new HubError('configuration', 'destination_unusable', `${id}: ${problem ?? ''}.`, { nextStep: 'Correct the line or the variable; see hub relays destinations.' });
}
