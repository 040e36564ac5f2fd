import { createHmac } from 'node:crypto';

import { compileWebhooks } from '../../src/webhooks/declare/webhooks.ts';
import type { WebhookSource } from '../../src/webhooks/declare/source.ts';

const SECRET = 'a secret of the tests';

/** Sources whose secret is that of `stripeHeaders`. */
export function testSources(text = 'sources:\n  - { id: stripe-alpina, brand: alpina, scheme: stripe, secrets: ["${SECRET}"] }\n  - { id: gone, brand: alpina, scheme: github, secrets: ["${SECRET}"], retired: true }\n'): readonly WebhookSource[] {
  return compileWebhooks({ file: 'webhooks.yaml', text }, { brands: ['alpina', 'belmont'], variable: () => SECRET }).sources;
}

/** The header of a body as Stripe signs it. @param seconds since 1970 UTC */
export function stripeHeaders(body: string | Uint8Array, seconds = Math.floor(Date.now() / 1_000), secret = SECRET): Record<string, string> {
  return { 'stripe-signature': `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex')}` };
}
