import { z } from 'zod';

import { parseInstant } from '../../core/time.ts';
import { parseIntakeLine, type LineFlaw } from '../../leads/intake/intake-line.ts';
import type { WebhookRecord } from '../webhook-record.ts';

const visible = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** A line of `intake/webhook`. */
const recordSchema = z.object({
  v: z.literal(1),
  kind: z.literal('webhook'),
  delivery_id: z.string().regex(/^whd_[0-9a-f]{24}$/).optional(),
  source: z.string().regex(/^[a-z][a-z0-9-]{0,47}$/),
  brand: z.string(),
  event_id: visible,
  type: visible.nullable(),
  received_at: z.string().refine((text) => parseInstant(text) !== undefined),
  headers: z.record(z.string(), z.string()),
  body: z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/),
});

/** A record that may come from a server that named no delivery. */
export type WebhookLine = Omit<WebhookRecord, 'delivery_id'> & { readonly delivery_id?: string | undefined };

/** Reads a line of the intake, as parseIntakeLine does. */
export function parseWebhookLine(line: string, brand: string): WebhookLine | undefined | LineFlaw {
  return parseIntakeLine(recordSchema, line, brand);
}
