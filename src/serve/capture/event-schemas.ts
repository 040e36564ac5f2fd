import { z } from 'zod';

import { mayHoldAddress } from '../../core/text/addresses.ts';
import { readEmail } from '../../core/text/email.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import { consentPurposes } from '../../leads/fields/consent.ts';

const MOST_EVENTS = 500;
const MOST_KEYS = 100;
const MOST_DEPTH = 5;
const ID = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible characters of ASCII');
/** An id of an event stays as it is for good: of a person it would not be reached by an erasure. */
const EVENT_ID = ID.refine((id) => !mayHoldAddress(id), 'must be an id, and hold no e-mail address');
const instant = z
  .string()
  .refine((text) => /(?:Z|[+-]\d{2}:?\d{2})$/.test(text) && parseInstant(text) !== undefined, 'must be an instant with its zone, such as 2026-03-10T12:00:00Z')
  .transform((text) => parseInstant(text) ?? ('' as Instant));
const answer = z.enum(['granted', 'denied']);
/** As mail systems take it; the value is told to nobody. */
const email = z.string().max(320).refine((text) => readEmail(text) !== undefined, 'must be an e-mail address');

const properties = z
  .record(z.string(), z.unknown())
  .default({})
  .refine((value) => !hasMoreKeys(value, MOST_KEYS), `must have at most ${MOST_KEYS} keys`)
  .refine((value) => !isDeeper(value, MOST_DEPTH), `must be at most ${MOST_DEPTH} deep`);

const event = z.strictObject({
  event_id: EVENT_ID,
  name: z.string().regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'must be a name in snake_case').max(64),
  occurred_at: instant,
  properties,
  /** By purpose; only `analytics` decides whether the event is kept. */
  consent: z.partialRecord(z.enum(consentPurposes), answer).default({}),
  email: email.optional(),
  test: z.boolean().default(false),
  /** Of the visitor: only held against serve.internal_networks, and kept nowhere. */
  ip: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').optional(),
});

/** The body of `POST /v1/events`. */
export const eventsSchema = z.strictObject({ brand: z.string(), events: z.array(event).min(1).max(MOST_EVENTS) });
export type EventsBody = z.output<typeof eventsSchema>;

const consent = z.strictObject({
  /** Sent again it is the same entry; left out, it is one of its own. */
  consent_id: ID.optional(),
  email,
  purpose: z.enum(consentPurposes),
  answer,
  occurred_at: instant.optional(),
  text: z.string().min(1).max(100).optional(),
});

/** The body of `POST /v1/consents`. */
export const consentsSchema = z.strictObject({ brand: z.string(), consents: z.array(consent).min(1).max(MOST_EVENTS) });
export type ConsentsBody = z.output<typeof consentsSchema>;

/** True if an object has more keys than that, or one within it; what is too deep anyway is not looked into. */
function hasMoreKeys(value: unknown, most: number, depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return false;
  const values: unknown[] = Object.values(value);
  return (!Array.isArray(value) && values.length > most) || values.some((each) => hasMoreKeys(each, most, depth + 1));
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((each) => isDeeper(each, most - 1));
}
