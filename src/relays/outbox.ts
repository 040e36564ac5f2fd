import { checksum, sha256Hex } from '../core/hash.ts';
import type { Clock, Instant } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Outbox } from '../engine/outbox.ts';
import { subscribes, type Route } from './destinations/destination.ts';
import type { NewRelay, RelayKind } from './outbox/relay.ts';
import { insertRelays } from './outbox/relays.repository.ts';

/** Something that is to be sent, whatever stage it comes from. */
export interface Fact {
  readonly kind: RelayKind;
  readonly brand: string | null;
  readonly subjectId: string | null;
  readonly version: number | null;
  readonly personId: string | null;
  readonly payload: string;
  readonly dedupeKey: string;
}

const BUCKETS = 2 ** 31;

/** The outbox of the stages: each event becomes one relay for each destination that wants its kind and brand. */
export function createOutbox(database: Database, destinations: readonly Route[], clock: Clock): Outbox {
  return {
    enqueue: (tx: Transaction, events) => enqueueFacts(database, tx, destinations, events, clock.now()),
  };
}

/** The relays of a fact. */
function relaysOf(fact: Fact, destinations: readonly Route[]): NewRelay[] {
  return destinations
    .filter((destination) => subscribes(destination, fact.kind, fact.brand))
    .flatMap(({ id, recipients }) => (recipients === undefined ? [newRelay(fact, id)] : recipients.map((recipient) => addressed(fact, id, recipient))));
}

/** The relay of one recipient: each has its own state, so that one who is refused does not stop the others. */
function addressed(fact: Fact, destination: string, recipient: string): NewRelay {
  return { ...newRelay({ ...fact, dedupeKey: `${fact.dedupeKey}\n${recipient}` }, destination), recipient };
}

/** Stores what is to be sent, once for each destination that wants it. Gives how many relays are new. */
export function enqueueFacts(database: Database, tx: Transaction, destinations: readonly Route[], facts: readonly Fact[], now: Instant): Promise<number> {
  return insertRelays(database, tx, facts.flatMap((fact) => relaysOf(fact, destinations)), now);
}

/** The relay of a fact for a destination. Its id is a hash of both: it says nothing, and the same fact has the same. */
export function newRelay(fact: Fact, destination: string): NewRelay {
  return {
    relay_id: relayIdOf(destination, fact.dedupeKey),
    destination,
    kind: fact.kind,
    brand: fact.brand,
    subject_id: fact.subjectId,
    version: fact.version,
    person_id: fact.personId,
    recipient: null,
    // As a hash: the key of a lead is often its address.
    dedupe_key: `sha256:${sha256Hex(fact.dedupeKey)}`,
    payload: fact.payload,
    bucket: Number(BigInt(`0x${checksum(fact.personId ?? fact.subjectId ?? fact.dedupeKey)}`) % BigInt(BUCKETS)),
  };
}

/** The id of a relay, which receivers see as webhook-id. */
export function relayIdOf(destination: string, dedupeKey: string): string {
  return `rel_${sha256Hex(`${destination}\n${dedupeKey}`).slice(0, 32)}`;
}
