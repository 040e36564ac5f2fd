/** A tracked event as the server journals it, one JSON line of `intake/event` (schemas/intake-event.v1.json): no personal data. */
export interface EventRecord {
  readonly v: 1;
  readonly kind: 'event';
  readonly brand: string;
  /** What the sender calls it; the key of the import, together with the brand. */
  readonly event_id: string;
  /** `api`, or the id of a source of webhooks. */
  readonly source: string;
  /** The id of the key that sent it; null of a webhook. */
  readonly key: string | null;
  /** ISO 8601 with milliseconds, UTC. */
  readonly received_at: string;
  /** Not after the receipt. */
  readonly occurred_at: string;
  /** In snake_case. */
  readonly name: string;
  /** SHA-256 of the address in lower case, hex; null if nobody is named. */
  readonly email_sha256: string | null;
  readonly is_test: boolean;
  /** How many fields were taken out or replaced. */
  readonly scrubbed: number;
  readonly properties: Readonly<Record<string, unknown>>;
}
