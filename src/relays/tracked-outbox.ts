import type { Clock } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import { personIdOf } from '../enriched/facts/person.ts';
import type { EventOutbox } from '../events/event-outbox.ts';
import type { EventRecord } from '../events/event-record.ts';
import type { Route } from './destinations/destination.ts';
import { enqueueFacts, type Fact } from './outbox.ts';
import { unwantedPersons } from './outbox/unwanted.repository.ts';

/**
 * The outbox of tracked events (serve specification, "Tracked events"): a relay for each destination that takes
 * `event.tracked`. Of test traffic, and of erased, suppressed and test persons nobody is told.
 */
export function createEventOutbox(database: Database, destinations: readonly Route[], clock: Clock): EventOutbox {
  const isWanted = destinations.some(({ enabled, kinds }) => enabled && kinds.has('event.tracked'));
  return {
    async enqueue(tx, events) {
      if (!isWanted) return;
      const facts = events.filter((event) => !event.is_test).map(factOf);
      const unwanted = await unwantedPersons(tx, facts.flatMap(({ personId }) => (personId === null ? [] : [personId])));
      await enqueueFacts(database, tx, destinations, facts.filter(({ personId }) => personId === null || !unwanted.has(personId)), clock.now());
    },
  };
}

function factOf({ brand, event_id: eventId, name, occurred_at: occurredAt, received_at: receivedAt, email_sha256: hash, properties }: EventRecord): Fact {
  const data = { event_id: eventId, brand, name, occurred_at: occurredAt, email_sha256: hash, properties };
  return { kind: 'event.tracked', brand, subjectId: null, version: null, personId: hash === null ? null : personIdOf(hash), payload: JSON.stringify({ type: 'event.tracked', timestamp: receivedAt, data }), dedupeKey: `event.tracked/${brand}/${eventId}` };
}
