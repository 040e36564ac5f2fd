import type { EventRecord } from '../../events/event-record.ts';
import type { LeadRecord } from '../../leads/lead-record.ts';
import type { ConsentEntry } from '../../leads/steps/consents.ts';
import type { WebhookEvent } from './event.ts';
import type { DeadReason, IgnoreReason } from './outcome.ts';

/** An object of a sender that is to be fetched again. */
export interface Hint {
  /** Its kind, as the declaration calls it. */
  readonly object: string;
  readonly objectId: string;
}

/** The forms that leads can be of. */
export interface KnownForms {
  readonly version: string;
  readonly forms: readonly { readonly id: string; readonly brand: string }[];
}

/** What is to be done for an event. */
export type PlannedAction =
  | { readonly kind: 'ignored'; readonly reason: Exclude<IgnoreReason, 'suppressed'> }
  | { readonly kind: 'dead'; readonly reason: DeadReason }
  | { readonly kind: 'hint'; readonly hint: Hint }
  | { readonly kind: 'consent'; readonly emailSha256: string; readonly entry: ConsentEntry; readonly text: string | null }
  | { readonly kind: 'event'; readonly record: EventRecord }
  | { readonly kind: 'lead'; readonly record: LeadRecord };

/** What actions read of an event. */
export interface ReadableEvent {
  readonly event: WebhookEvent;
  readonly content: unknown;
  /** The body as it is written, in which numbers keep their digits. */
  readonly text: string;
}
