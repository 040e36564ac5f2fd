import type { ConsentPurpose } from '../steps/consents.ts';

/** What somebody agreed to or refused as the server journals it, one JSON line of `intake/consent` (schemas/intake-consent.v1.json). */
export interface ConsentRecord {
  readonly v: 1;
  readonly kind: 'consent';
  readonly brand: string;
  /** What the sender calls it; the key of the import, together with the brand and the purpose. */
  readonly consent_id: string;
  /** The id of the key that sent it. */
  readonly key: string;
  /** ISO 8601 with milliseconds, UTC. */
  readonly received_at: string;
  /** Not after the receipt: an answer from the future would be in force for ever. */
  readonly occurred_at: string;
  /** SHA-256 of the address in lower case, hex. */
  readonly email_sha256: string;
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  /** The version of the text. */
  readonly text: string | null;
}
