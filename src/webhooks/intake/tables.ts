import type { Instant } from '../../core/time.ts';
import type { WebhookOutcome, WebhookState } from '../actions/outcome.ts';

/** A row of `webhooks`: an event with what became of it. */
export interface WebhookRow {
  source: string;
  event_id: string;
  webhook_id: string;
  brand: string;
  type: string | null;
  received_at: Instant;
  last_received_at: Instant;
  /** How often it came. */
  deliveries: number;
  /** How often with another body than the first, which is kept. */
  other_bodies: number;
  state: WebhookState;
  action: WebhookOutcome['action'];
  reason: WebhookOutcome['reason'];
  /** How often its action was decided on, and when last. */
  tries: number;
  updated_at: Instant;
  /** JSON of the headers that are kept. */
  headers: string;
  /** As text if it is UTF-8, else in base64; null once it is purged or erased. Holds personal data. */
  body: string | null;
  is_base64: number | boolean;
  body_sha256: string;
  lake_batch: string;
  created_run: string;
}

/** A row of `webhook_deliveries`: what was counted already. */
export interface DeliveryRow {
  source: string;
  delivery_id: string;
  event_id: string;
  received_at: Instant;
  lake_batch: string;
}

/** A row of `refetch_hints`: an object of a sender that is to be fetched again. */
export interface HintRow {
  source: string;
  object: string;
  object_id: string;
  brand: string;
  webhook_id: string;
  hinted_at: Instant;
  fetched_at: Instant | null;
}

/** The columns of an event without its body. */
export type WebhookHead = Omit<WebhookRow, 'headers' | 'body' | 'is_base64'>;
