import { base64Digest, digestBytes } from './digest.ts';
import { plainKey, plainSecretProblem } from './plain-secret.ts';
import type { Scheme } from './scheme.ts';

const [TOPIC, EVENT, DELIVERY] = ['x-shopify-topic', 'x-shopify-event-id', 'x-shopify-webhook-id'] as const;

/**
 * Shopify: base64 of an HMAC over the body, no time. An event may cause deliveries of several topics, so both are its id;
 * older deliveries have the id of the delivery alone.
 */
export const shopify: Scheme = {
  hash: 'sha256',
  keyOf: plainKey,
  problemOf: plainSecretProblem,
  claim({ headers, body }) {
    const header = headers['x-shopify-hmac-sha256'];
    if (header === undefined || header === '') return 'missing_header';
    const digest = base64Digest(header, digestBytes.sha256);
    return digest === undefined ? 'malformed_header' : { digests: [digest], signed: [body], at: undefined };
  },
  name({ headers }) {
    const [topic, event, delivery] = [TOPIC, EVENT, DELIVERY].map((name) => headers[name] || undefined);
    return { id: (event === undefined ? delivery : `${event}/${topic ?? ''}`) ?? null, type: topic ?? null };
  },
  readsBody: false,
  kept: [TOPIC, EVENT, DELIVERY, 'x-shopify-shop-domain', 'x-shopify-api-version', 'x-shopify-triggered-at'],
};
