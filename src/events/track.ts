import { sha256Hex } from '../core/hash.ts';
import { readEmail } from '../core/text/email.ts';
import { toIso, type Instant } from '../core/time.ts';
import type { EventRecord } from './event-record.ts';
import { scrubProperties } from './scrub/scrub.ts';

/** An event as somebody sent it. */
export interface SentEvent {
  readonly eventId: string;
  readonly name: string;
  readonly occurredAt: Instant;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Beside the properties; its person is kept, and the address is not. */
  readonly email: string | undefined;
  readonly isTest: boolean;
}

/** Where it came from. */
export interface EventOrigin {
  readonly brand: string;
  readonly source: string;
  readonly key: string | null;
  readonly receivedAt: Instant;
  /** The keyed hash of an id of a user. */
  readonly userHash: (id: string) => string;
}

/** Makes the keyed hash of an id of a user of a brand. */
export type UserHash = (brand: string, id: string) => string;

/** The record of an event, without personal data (serve specification, "Tracked events"). */
export function eventRecord({ eventId, name, occurredAt, properties, email, isTest }: SentEvent, { brand, source, key, receivedAt, userHash }: EventOrigin): EventRecord {
  const { value, removed, changed } = scrubProperties(properties, userHash);
  const address = email === undefined ? undefined : readEmail(email);
  return {
    ...{ v: 1, kind: 'event', brand, event_id: eventId, source, key, received_at: toIso(receivedAt), occurred_at: toIso(occurredAt < receivedAt ? occurredAt : receivedAt), name },
    ...{ email_sha256: address === undefined ? null : sha256Hex(address), is_test: isTest, scrubbed: removed.length + changed.length, properties: value },
  };
}
