import { sha256Hex } from '../../core/hash.ts';
import type { Instant } from '../../core/time.ts';

/** An event of a source as its first delivery told it. */
export interface WebhookEvent {
  readonly webhookId: string;
  readonly source: string;
  readonly brand: string;
  readonly eventId: string;
  readonly type: string | null;
  readonly receivedAt: Instant;
  readonly body: Buffer;
}

const ID_LENGTH = 24;

/** The id of an event within hub, by which consents, leads and the audit name it: `whk_` and 24 hex digits. */
export function webhookIdOf(source: string, eventId: string): string {
  return `whk_${digits(source, eventId)}`;
}

/** The id of the lead that an event makes: doing it again makes no second one. */
export function leadIdOf({ source, eventId }: Pick<WebhookEvent, 'source' | 'eventId'>): string {
  return `lead_${digits(source, eventId)}`;
}

function digits(source: string, eventId: string): string {
  return sha256Hex(`webhook\t${source}\t${eventId}`).slice(0, ID_LENGTH);
}
