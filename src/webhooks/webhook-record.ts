/** A webhook as the server journals it, one JSON line of `intake/webhook` (schemas/intake-webhook.v1.json). */
export interface WebhookRecord {
  readonly v: 1;
  readonly kind: 'webhook';
  /** `whd_` and 24 hex digits, of this delivery: what the journal and its last resort both hold is one. */
  readonly delivery_id: string;
  /** Id in webhooks.yaml. */
  readonly source: string;
  readonly brand: string;
  /** What the sender calls the event; 1 to 255 visible characters of ASCII. Together with the source the key of the import. */
  readonly event_id: string;
  readonly type: string | null;
  /** ISO 8601 with milliseconds, UTC. */
  readonly received_at: string;
  /** Those that say something of the event, by lower-case name; never a signature. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes in base64. */
  readonly body: string;
}
