import { sha256Hex } from '../../core/hash.ts';
import { readEmail } from '../../core/text/email.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { EventRecord } from '../../events/event-record.ts';
import { eventRecord, type UserHash } from '../../events/track.ts';
import type { ConsentRecord } from '../../leads/records/consent-record.ts';
import { isWithin, type TrustedProxies } from '../../net/client-address.ts';
import type { ConsentsBody, EventsBody } from './event-schemas.ts';

/** What became of events that were sent. */
export interface CapturedEvents {
  readonly records: readonly EventRecord[];
  /** Without consent to analytics: nothing of them is kept. */
  readonly dropped: number;
  /** Of those that are kept: in so many something was taken out or replaced. */
  readonly scrubbed: number;
}

/** Makes the records of events whose visitors have agreed to analytics (serve specification, "Tracked events"). */
export function captureEvents({ brand, events }: EventsBody, { key, at, userHash, internal }: { readonly key: string; readonly at: Instant; readonly userHash: UserHash; readonly internal: TrustedProxies }): CapturedEvents {
  const agreed = events.filter(({ consent }) => consent.analytics === 'granted');
  const records = agreed.map(({ event_id: eventId, name, occurred_at: occurredAt, properties, email, test, ip }) =>
    eventRecord(
      { eventId, name, occurredAt, properties, email, isTest: test || (ip !== undefined && isWithin(ip, internal)) },
      { brand, source: 'api', key, receivedAt: at, userHash: (id) => userHash(brand, id) },
    ),
  );
  return { records, dropped: events.length - agreed.length, scrubbed: records.filter(({ scrubbed }) => scrubbed > 0).length };
}

/** Makes the records of consents; the address is kept as its hash. */
export function captureConsents({ brand, consents }: ConsentsBody, { key, at, newId }: { readonly key: string; readonly at: Instant; readonly newId: () => string }): ConsentRecord[] {
  return consents.map(({ consent_id: id, email, purpose, answer, occurred_at: said = at, text = null }) => ({
    ...{ v: 1, kind: 'consent', brand, consent_id: id ?? newId(), key, received_at: toIso(at), occurred_at: toIso(said < at ? said : at) },
    ...{ email_sha256: sha256Hex(readEmail(email) ?? ''), purpose, granted: answer === 'granted', text },
  }));
}
