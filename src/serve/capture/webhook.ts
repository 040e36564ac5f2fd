import { randomBytes } from 'node:crypto';

import { epochSeconds, toIso, type Instant } from '../../core/time.ts';
import type { SignatureFailure } from '../../webhooks/schemes/scheme.ts';
import { verify } from '../../webhooks/schemes/verify.ts';
import type { WebhookSource } from '../../webhooks/declare/source.ts';
import type { WebhookRecord } from '../../webhooks/webhook-record.ts';

/** A request for a source, as it came. */
export interface CapturedWebhook {
  readonly source: WebhookSource;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly at: Instant;
}

const KEPT = ['content-type', 'user-agent'];
const LONGEST_HEADER = 500;

/** Verifies a webhook and makes its record; or why it is none. */
export function captureWebhook({ source, headers, body, at }: CapturedWebhook): WebhookRecord | SignatureFailure {
  const verdict = verify(source, { headers, body }, epochSeconds(at));
  if (!verdict.ok) return verdict.reason;
  const kept = [...KEPT, ...source.scheme.kept].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value.slice(0, LONGEST_HEADER)] as const];
  });
  return {
    ...{ v: 1, kind: 'webhook', delivery_id: `whd_${randomBytes(12).toString('hex')}`, source: source.id, brand: source.brand },
    ...{ event_id: verdict.id, type: verdict.type, received_at: toIso(at), headers: Object.fromEntries(kept), body: body.toString('base64') },
  };
}
