import { Webhook } from 'standardwebhooks';

import { epochSeconds, toDate, type Instant } from '../../core/time.ts';

/** Signs with every secret of a destination; receivers that rotate accept any of them. */
export interface Signer {
  /** The headers that identify and sign a message (Standard Webhooks, "Webhook metadata"). */
  headers(id: string, at: Instant, body: string): Record<string, string>;
}

/**
 * A signer for secrets `whsec_<base64>` or bare base64; without any, messages carry id and timestamp only.
 * @throws Error if a secret is not base64 or empty; its message does not show it
 */
export function createSigner(secrets: readonly string[]): Signer {
  const webhooks = secrets.map((secret) => new Webhook(secret));
  return {
    headers(id, at, body) {
      const signatures = webhooks.map((webhook) => webhook.sign(id, toDate(at), body));
      return {
        'webhook-id': id,
        'webhook-timestamp': String(epochSeconds(at)),
        ...(signatures.length > 0 ? { 'webhook-signature': signatures.join(' ') } : {}),
      };
    },
  };
}
